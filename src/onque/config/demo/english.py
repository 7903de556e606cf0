"""What customers of a home-goods shop write, and what they are answered."""

# ruff: noqa: E501 - people's sentences; wide letters count twice

from onque.config.demo.scenes import Cast, Scene

SCENES = (
    Scene(
        subject="Where is my order {order}?",
        asked="Hi,\n\nI ordered a dining lamp on {day} and the tracking page has said 'label "
        "created' ever since. The order number is {order}. Is it on its way?\n\nThanks",
        answered="Hi {name},\n\nSorry for the silence. The parcel missed Monday's collection and "
        "left our warehouse this morning. It should be with you within two working days.",
        thanked="Perfect, thank you for checking so quickly!",
        closing="Happy to help. Enjoy the lamp!",
        tags=("delivery",),
    ),
    Scene(
        subject="Lamp arrived broken",
        asked="The glass shade of my Lumen Arc arrived in pieces. Photos attached to my last mail. "
        "Order {order}. Can you send a new shade?",
        answered="Hi {name},\n\nI'm sorry, that is not how it should arrive. A replacement shade is "
        "packed and leaves today, at no charge. No need to send the broken one back.",
        thanked="It came today and it is in one piece. Great service.",
        closing="Lovely to hear. Thanks for letting us know, {name}.",
        note="Third broken Arc shade this month. Told packaging.",
        tags=("damaged", "replacement"),
        priority="high",
        group=1,
        brand=1,
    ),
    Scene(
        subject="Refund for a double order",
        asked="I pressed pay twice because the page was stuck and was charged {amount} twice. "
        "Please refund one of them. Order {order}.",
        answered="Hi {name},\n\nI can see both orders. I have cancelled the second one and refunded "
        "{amount}; your bank may need three to five days to show it.",
        thanked="Seen it on my statement now, thank you.",
        closing="Great, then I'll close this. Have a good week!",
        tags=("refund", "payment"),
        priority="high",
    ),
    Scene(
        subject="How do I return a rug?",
        asked="The Fjord rug is darker than in the pictures. It is still rolled up. How do I return "
        "it, and who pays for the courier?",
        answered="Hi {name},\n\nYou have 30 days, and the return is free. I've sent you a label; any "
        "parcel shop will take it. The refund follows when it reaches us.",
        tags=("return",),
        group=1,
    ),
    Scene(
        subject="Cannot sign in since the update",
        asked="Since you changed the site my password is refused and the reset mail never arrives. "
        "I checked spam as well.",
        answered="Hi {name},\n\nYour address had a typo in our records (gmial). I corrected it and "
        "sent a new reset link. Could you try once more?",
        thanked="That was it. I'm in!",
        closing="Good to hear. All the best, {name}.",
        tags=("account",),
    ),
    Scene(
        subject="Does the Lumen Tripod dim?",
        asked="Quick question before I buy: does the Lumen Tripod work with a wall dimmer, and which "
        "bulb do you recommend?",
        answered="Hi {name},\n\nIt does, with any E27 LED bulb marked dimmable. We like 6 to 8 watts "
        "at 2700 K for a living room.",
        thanked="Ordered one, thanks.",
        tags=("presale",),
        priority="low",
        brand=1,
    ),
    Scene(
        subject="Invoice with company address",
        asked="Could you reissue the invoice for order {order} with our company name and VAT number? "
        "Our accountant will not take it otherwise.",
        answered="Hi {name},\n\nOf course. Please send me the exact company name, address and VAT "
        "number, and you will have the new invoice today.",
        tags=("invoice",),
        priority="low",
    ),
    Scene(
        subject="Missing screws for the Oak shelf",
        asked="The bag of M6 screws was not in the box for the Oak shelf (order {order}). "
        "I have guests on Saturday, can you send them quickly?",
        answered="Hi {name},\n\nThey are in tonight's post, first class, together with a spare Allen "
        "key. That reaches you on Friday at the latest.",
        thanked="They arrived on Thursday. The shelf is up!",
        closing="Just in time. Enjoy the weekend!",
        note="Supplier batch 0412 is short of hardware bags.",
        tags=("parts", "delivery"),
        priority="urgent",
        group=1,
    ),
)
CAST = Cast(
    language="en",
    names=(
        ("Marcus Webb", "marcus.webb"),
        ("Priya Nair", "priya.nair"),
        ("Hannah Cole", "hannah.cole"),
        ("Oliver Grant", "oliver.grant"),
        ("Sofia Marin", "sofia.marin"),
        ("Daniel Frost", "daniel.frost"),
        ("Amara Bello", "amara.bello"),
        ("Lucas Meyer", "lucas.meyer"),
        ("Ruth Abrams", "ruth.abrams"),
        ("Noah Ellis", "noah.ellis"),
        ("Ingrid Dahl", "ingrid.dahl"),
        ("George Pike", "george.pike"),
    ),
    scenes=SCENES,
    spam=Scene(
        subject="Boost your ranking today!!!",
        asked="Dear owner, we looked at your site and can bring 10,000 visitors a day.",
        answered="",
    ),
    currency="£",
)
