"""What Japanese players write to the same studio; they are answered in Japanese."""

from onque.config.demo.scenes import Cast, Scene

CAST = Cast(
    language="ja",
    names=(
        ("佐藤 美咲", "misaki.sato"),
        ("鈴木 翔太", "shota.suzuki"),
        ("高橋 結衣", "yui.takahashi"),
        ("田中 蓮", "ren.tanaka"),
    ),
    scenes=(
        Scene(
            subject="アイテムが届きません",
            asked="{day}に購入した星のかけらがまだ届いていません。注文番号は{order}です。\n"
            "確認をお願いします。",
            answered="{name}様\nご不便をおかけして申し訳ございません。ご購入を確認し、ゲーム内の"
            "メールボックスへ再送いたしました。再起動のうえご確認ください。",
            thanked="届きました。ありがとうございます！",
            closing="ご確認ありがとうございます。引き続きお楽しみください。",
            tags=("결제", "일본어"),
            priority="high",
            brand=1,
        ),
        Scene(
            subject="機種変更の引き継ぎについて",
            asked="機種変更をしたらデータが引き継げませんでした。ニックネームは{nick}です。",
            answered="{name}様\n以前ご利用の端末名と、最後にログインされた日をお知らせください。"
            "確認でき次第、復旧いたします。",
            tags=("계정", "일본어"),
            group=1,
            brand=1,
        ),
    ),
    spam=Scene(
        subject="当選のお知らせ", asked="おめでとうございます。当選されました。", answered=""
    ),
)
