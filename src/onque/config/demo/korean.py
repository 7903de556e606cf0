"""What Korean players write to a game studio, and what they are answered."""

# ruff: noqa: E501 - people's sentences; wide letters count twice

from onque.config.demo.scenes import Cast, Scene

SCENES = (
    Scene(
        subject="결제했는데 별조각이 안 들어왔어요",
        asked="안녕하세요. {day}에 {amount}원 결제했는데 별조각이 아직도 안 들어왔습니다.\n"
        "주문번호는 {order}이고 닉네임은 {nick}입니다. 확인 부탁드려요.",
        answered="{name}님, 불편을 드려 죄송합니다.\n주문 {order}의 결제는 확인되었고, 지급이 지연된 "
        "상태였습니다. 방금 우편함으로 다시 보내 드렸으니 게임을 다시 시작한 뒤 확인해 주세요.",
        thanked="확인했습니다! 빠른 처리 감사합니다.",
        closing="확인해 주셔서 감사합니다. 즐거운 시간 되세요!",
        note="결제사 로그 확인: 승인 정상, 지급 서버 응답 지연. 같은 시간대 7건 더 있음.",
        tags=("결제", "미지급"),
        priority="high",
        brand=1,
    ),
    Scene(
        subject="환불해주세요",
        asked="아이가 제 휴대폰으로 모르고 결제했습니다. {amount}원 환불해주세요.\n주문번호 {order} 입니다.",
        answered="{name}님, 많이 놀라셨겠습니다.\n미성년자 결제 취소는 법정대리인 동의서와 가족관계증명서가 "
        "필요합니다. 이 메일에 파일을 첨부해 회신해 주시면 3영업일 안에 처리해 드리겠습니다.",
        thanked="서류 첨부해서 보냅니다. 확인 부탁드립니다.",
        closing="서류 확인했고 환불을 접수했습니다. 카드사에 따라 3~5일 걸릴 수 있습니다.",
        note="미성년 결제. 서류 받으면 결제팀으로 넘기기.",
        tags=("환불", "미성년자"),
        priority="high",
        brand=1,
    ),
    Scene(
        subject="기기 변경 후 계정을 못 찾겠어요",
        asked="휴대폰을 바꿨는데 예전 계정이 안 보입니다. 게스트로 했던 것 같아요.\n"
        "닉네임은 {nick}, 레벨은 74였습니다.",
        answered="{name}님, 계정을 찾는 데 필요한 내용을 여쭤봅니다.\n1) 마지막으로 접속한 날\n"
        "2) 결제 영수증의 주문번호 하나\n3) 예전에 쓰시던 기기 이름\n확인되는 대로 복구해 드리겠습니다.",
        thanked="마지막 접속은 {day}이고, 주문번호는 {order}, 갤럭시 S22 썼습니다.",
        closing="계정 {nick} 복구를 마쳤습니다. 다음부터는 계정 연동을 꼭 해 주세요.",
        tags=("계정", "복구"),
        group=1,
        brand=1,
    ),
    Scene(
        subject="업데이트 후 계속 튕깁니다",
        asked="어제 업데이트하고 나서 던전 입장만 하면 튕겨요. 재설치도 해봤습니다.\n"
        "아이폰 13, iOS 17.5입니다.",
        answered="{name}님, 제보 감사합니다. 같은 증상이 확인되어 개발팀이 수정하고 있습니다.\n"
        "설정에서 '고화질 그림자'를 끄면 입장할 수 있으니 우선 그렇게 부탁드립니다.",
        thanked="끄니까 됩니다. 패치되면 알려주세요.",
        note="DCAFE-2291과 같은 문제. 2.14.1에서 수정 예정.",
        tags=("버그", "ios"),
        priority="urgent",
        group=1,
        brand=2,
    ),
    Scene(
        subject="쿠폰이 이미 사용됐다고 나와요",
        asked="방송에서 받은 쿠폰 입력했는데 이미 사용된 쿠폰이라고 나옵니다. 저는 처음 쓰는 거예요.",
        answered="{name}님, 입력하신 쿠폰은 계정당 한 번만 쓸 수 있는 쿠폰입니다.\n기록을 보니 {day}에 "
        "{nick} 계정으로 사용하셨습니다. 다른 서버의 캐릭터로 받으신 것은 아닌지 확인 부탁드려요.",
        thanked="아 부캐로 받았네요 ㅠㅠ 죄송합니다.",
        closing="아닙니다. 확인해 주셔서 감사합니다!",
        tags=("쿠폰",),
        priority="low",
        group=1,
        brand=1,
    ),
    Scene(
        subject="비매너 유저 신고합니다",
        asked="'{nick}' 이라는 유저가 채팅으로 계속 욕을 합니다. 캡처는 따로 보내드릴게요.\n"
        "조치 부탁드립니다.",
        answered="{name}님, 신고 접수했습니다. 대화 기록을 확인해 운영정책에 따라 조치하겠습니다.\n"
        "결과를 자세히 알려 드릴 수 없는 점 양해 부탁드립니다.",
        note="대화 로그상 욕설 12회. 7일 이용 제한 적용.",
        tags=("신고",),
        group=1,
        brand=2,
    ),
    Scene(
        subject="카페 쿠폰북 배송이 안 와요",
        asked="{day}에 주문한 던전카페 굿즈가 아직 안 왔습니다. 주문번호 {order} 입니다.\n"
        "배송조회하면 '상품 준비중'으로만 나와요.",
        answered="{name}님, 기다리게 해 드려 죄송합니다. 일부 상품 입고가 늦어져 출고가 밀렸습니다.\n"
        "내일 오전에 발송되며 송장번호는 문자로 보내 드리겠습니다.",
        thanked="네 알겠습니다. 문자 기다릴게요.",
        tags=("배송", "굿즈"),
        brand=2,
    ),
    Scene(
        subject="현금영수증 발급 문의",
        asked="이번 달 결제한 내역 현금영수증 발급 가능한가요? 총 {amount}원입니다.",
        answered="{name}님, 스토어 결제는 앱 마켓에서 직접 발급하고 있습니다.\n"
        "웹 결제분은 저희가 발급해 드릴 수 있으니 휴대폰 번호를 알려 주세요.",
        tags=("결제", "영수증"),
        priority="low",
    ),
    Scene(
        subject="길드 이벤트 보상 누락",
        asked="길드전 1등 했는데 보상이 길드원 3명한테만 들어왔어요. 저도 못 받았습니다. 닉네임 {nick}",
        answered="{name}님, 길드전 종료 시점에 접속 중이던 분들께 먼저 지급되었고, 나머지는 오늘 18시에 "
        "일괄 지급됩니다. 지급 후에도 없으면 다시 알려 주세요.",
        thanked="18시에 잘 들어왔습니다. 감사합니다~",
        closing="다행입니다. 다음 길드전도 응원하겠습니다!",
        note="이벤트팀 확인 완료, 18시 일괄 지급.",
        tags=("이벤트", "미지급"),
        group=1,
        brand=1,
    ),
    Scene(
        subject="탈퇴하고 싶습니다",
        asked="회원 탈퇴하려는데 메뉴를 못 찾겠어요. 개인정보도 같이 삭제해주세요.",
        answered="{name}님, 설정 > 계정 > 탈퇴에서 직접 하실 수 있습니다. 탈퇴하시면 7일 뒤 개인정보가 "
        "삭제되며 되돌릴 수 없습니다. 남은 별조각은 환불되지 않으니 확인 부탁드립니다.",
        tags=("계정", "탈퇴"),
        group=1,
    ),
)
CAST = Cast(
    language="ko",
    names=(
        ("강하준", "hajun.kang"),
        ("윤서아", "seoa.yoon"),
        ("임도현", "dohyun.lim"),
        ("한지우", "jiwoo.han"),
        ("오예린", "yerin.oh"),
        ("신민준", "minjun.shin"),
        ("배수아", "sua.bae"),
        ("조은우", "eunwoo.jo"),
        ("남하은", "haeun.nam"),
        ("문태오", "taeo.moon"),
        ("유채원", "chaewon.yu"),
        ("서건우", "gunwoo.seo"),
        ("권나은", "naeun.kwon"),
        ("홍시우", "siwoo.hong"),
        ("장다인", "dain.jang"),
        ("백승호", "seungho.baek"),
    ),
    scenes=SCENES,
    spam=Scene(
        subject="(광고) 무료 머니 100만 지급",
        asked="지금 가입하면 무료 머니를 드립니다. 주소는 문자로 안내해 드립니다.",
        answered="",
    ),
)
