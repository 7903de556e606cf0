"""Delivery reports in the manners of many servers: whom, why, for good or not; and what is none."""

from typing import NamedTuple

import pytest

from onque.modules.mail.rules.parsed import AutoKind, Automatic, BounceCategory
from onque.modules.mail.rules.parsing import parse_mail

CY = "cy@customer.example"
COPY = (
    "From: Shop <help@shop.example>\nTo: Cy <cy@customer.example>\nSubject: Your order\n"
    "Message-ID: <m-1@shop.example>\nDate: Mon, 6 May 2024 14:07:00 +0900\n\nHello"
)


def judge(head: str, body: str) -> Automatic:
    raw = f"To: help@shop.example\n{head}\n\n{body}\n".replace("\n", "\r\n")
    return parse_mail(raw.encode()).automatic


class Row(NamedTuple):
    """Head and words of a report, and what must be read from them."""

    head: str
    body: str
    category: BounceCategory = BounceCategory.NO_SUCH_USER
    permanent: bool = True
    whom: tuple[str, ...] = (CY,)


DAEMON = "From: Mail Delivery Subsystem <MAILER-DAEMON@mx.example>\nReturn-Path: <>\n"
POSTMASTER = "From: postmaster@customer.example\n"
FULL = BounceCategory.MAILBOX_FULL
HOST, LATE = BounceCategory.HOST_UNKNOWN, BounceCategory.DELAYED

WORDED = {
    "qmail": Row(
        f"{DAEMON}Subject: failure notice",
        "Hi. This is the qmail-send program at mx.example.\nI'm afraid I wasn't able to deliver "
        "your "
        "message to the following addresses.\nThis is a permanent error; I've given up.\n\n"
        f"<{CY}>:\n192.0.2.1 does not like recipient.\nRemote host said: 550 5.1.1 <{CY}>... User "
        f"unknown\nGiving up on 192.0.2.1.\n\n--- Below this line is a copy of the message.\n\n"
        f"{COPY}",
    ),
    "qmail two": Row(
        f"{DAEMON}Subject: failure notice",
        "Hi. This is the qmail-send program at mx.example.\nI'm afraid I wasn't able to deliver "
        "your "
        f"message to the following addresses.\n\n<{CY}>:\nSorry, no mailbox here by that name. "
        "(#5.1.1)\n\n<bo@customer.example>:\nThe users mailfolder is over the allowed quota "
        "(size). "
        f"(#5.2.2)\n\n--- Below this line is a copy of the message.\n\n{COPY}",
        whom=(CY, "bo@customer.example"),
    ),
    "exim": Row(
        f"{DAEMON}X-Failed-Recipients: {CY}\nSubject: Mail delivery failed: returning message to "
        f"sender",
        "This message was created automatically by mail delivery software.\n\nA message that you "
        "sent "
        "could not be delivered to one or more of its\nrecipients. This is a permanent error. The "
        f"following address(es) failed:\n\n  {CY}\n    host mx.customer.example [192.0.2.1]\n    "
        f"SMTP "
        f"error from remote mail server after RCPT TO:<{CY}>:\n    550 5.1.1 User unknown\n\n"
        f"------ This is a copy of the message, including all the headers. ------\n\n{COPY}",
    ),
    "exim host": Row(
        f"{DAEMON}X-Failed-Recipients: {CY}\nSubject: Mail delivery failed: returning message to "
        f"sender",
        "This message was created automatically by mail delivery software.\n\nA message that you "
        "sent "
        "could not be delivered to one or more of its\nrecipients. The following address(es) "
        "failed:\n"
        f"\n  {CY}\n    Unrouteable address\n",
        HOST,
    ),
    "exim delayed": Row(
        f"{DAEMON}Auto-Submitted: auto-replied\nSubject: Warning: message 1abc-00 delayed 24 hours",
        "This message was created automatically by mail delivery software.\nA message that you "
        "sent has "
        "not yet been delivered to one or more of its\nrecipients after more than 24 hours on "
        "the queue."
        f"\n\nThe address to which the message has not yet been delivered is:\n\n  {CY}\n\nNo "
        f"action is "
        "required on your part. Delivery attempts will continue for\nsome time.",
        LATE,
        permanent=False,
    ),
    "postfix words": Row(
        f"{DAEMON}Subject: Undelivered Mail Returned to Sender",
        "This is the mail system at host mx.example.\n\nI'm sorry to have to inform you that your "
        f"message could not\nbe delivered to one or more recipients.\n\n<{CY}>: host "
        f"mx.customer.example[192.0.2.1] said: 550 5.1.1 <{CY}>:\n    Recipient address "
        f"rejected: User "
        "unknown in virtual mailbox table (in reply to RCPT TO command)",
    ),
    "postfix delayed": Row(
        f"{DAEMON}Subject: Delayed Mail (still being retried)",
        "This is the mail system at host mx.example.\n\n####\n# THIS IS A WARNING ONLY.  YOU DO "
        "NOT "
        "NEED TO RESEND YOUR MESSAGE. #\n####\n\nYour message could not be delivered for more "
        "than 4 "
        f"hour(s).\nIt will be retried until it is 5 day(s) old.\n\n<{CY}>: connect to "
        "mx.customer.example[192.0.2.1]:25: Connection timed out",
        LATE,
        permanent=False,
    ),
    "sendmail": Row(
        f"{DAEMON}Subject: Returned mail: see transcript for details",
        "The original message was received at Mon, 6 May 2024 14:07:00 +0900\nfrom localhost\n\n"
        f"   ----- The following addresses had permanent fatal errors -----\n<{CY}>\n    "
        "(reason: 550 "
        f"5.1.1 <{CY}>... User unknown)\n\n   ----- Transcript of session follows -----\n... while "
        f"talking to mx.customer.example.:\n>>> DATA\n<<< 550 5.1.1 <{CY}>... User unknown\n550 "
        f"5.1.1 "
        f"<{CY}>... User unknown",
    ),
    "sendmail old": Row(
        f"{DAEMON}Subject: Returned mail: Host unknown (Name server: customer.example: host not "
        f"found)",
        f"   ----- Transcript of session follows -----\n550 <{CY}>... Host unknown (Name server: "
        f"customer.example: host not found)\n\n   ----- Unsent message follows -----\n{COPY}",
        HOST,
    ),
    "sendmail warning": Row(
        f"{DAEMON}Subject: Warning: could not send message for past 4 hours",
        "    **********************************************\n    **      THIS IS A WARNING MESSAGE "
        "ONLY      **\n    **********************************************\n\n   ----- The "
        "following "
        f"addresses had transient non-fatal errors -----\n<{CY}>\n\n   ----- Transcript of session "
        f"follows -----\n<{CY}>... Deferred: Connection timed out with mx.customer.example.",
        LATE,
        permanent=False,
    ),
    "exchange 5.5": Row(
        "From: System Administrator <postmaster@customer.example>\nSubject: Undeliverable: Your "
        "order",
        "Your message\n\n  To:      cy@customer.example\n  Subject: Your order\n  Sent:    Mon, "
        "6 May "
        f"2024 14:07:00 +0900\n\ndid not reach the following recipient(s):\n\n{CY} on Mon, 6 May "
        f"2024 "
        "14:07:05 +0900\n    The recipient name is not recognized\n\tThe MTS-ID of the original "
        "message "
        "is: c=us;a= ;p=x;l=Y\n    MSEXCH:IMS:X:Y 0 (000C05A6) Unknown Recipient",
    ),
    "exchange 2007": Row(
        "From: Microsoft Exchange "
        "<MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@customer.example>\n"
        "Subject: Undeliverable: Your order",
        f"Delivery has failed to these recipients or distribution lists:\n\n{CY}\nThe "
        f"recipient's e-mail "
        "address was not found in the recipient's e-mail system.\n\nDiagnostic information for "
        f"administrators:\n\nGenerating server: mx.customer.example\n\n{CY}\n#550 5.1.1 "
        f"RESOLVER.ADR.RecipNotFound; not found ##rfc822;{CY}\n\nOriginal message headers:\n\n"
        f"{COPY}",
    ),
    "microsoft 365": Row(
        "From: Microsoft Outlook "
        "<MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@customer.example>\n"
        "X-MS-Exchange-Message-Is-Ndr:  \nSubject: Undeliverable: Your order",
        f"Your message to {CY} couldn't be delivered.\n\ncy wasn't found at customer.example.\n\n"
        f"Original "
        f"Message Details\nCreated Date: 5/6/2024\nSender Address: help@shop.example\nRecipient "
        f"Address: "
        f"{CY}\n\nError Details\nReported error: 550 5.1.10 RESOLVER.ADR.RecipientNotFound",
    ),
    "exchange fr": Row(
        "From: postmaster@customer.example\nReturn-Path: <>\nSubject: Non remis : Votre commande",
        "Échec de la remise aux destinataires ou aux listes de distribution suivants :\n\n"
        f"{CY}\nL'adresse de messagerie est introuvable.\n\nInformations de diagnostic pour les "
        f"administrateurs :\n\n{CY}\n#550 5.1.1 RESOLVER.ADR.RecipNotFound ##",
    ),
    "exchange de": Row(
        "From: postmaster@customer.example\nReturn-Path: <>\nSubject: Unzustellbar: Bestellung",
        f"Fehler bei der Nachrichtenzustellung an folgende Empfänger oder Verteilerlisten:\n\n"
        f"{CY}\n"
        "Die Nachricht konnte nicht zugestellt werden.\n\n#550 5.1.1 RESOLVER.ADR.RecipNotFound ##",
    ),
    "domino": Row(
        f"{POSTMASTER}Subject: DELIVERY FAILURE: User cy ({CY}) not listed in Domino Directory",
        f"Your message\n\n  Subject: Your order\n\nwas not delivered to:\n\n  {CY}\n\nbecause:\n"
        f"\n  User "
        f"cy ({CY}) not listed in Domino Directory",
    ),
    "notes": Row(
        f"{DAEMON}Subject: Undelivered mail",
        f"------- Failure Reasons  --------\n\nUser not listed in public Name & Address Book\n"
        f"{CY}\n\n\n"
        f"------- Returned Message --------\n{COPY}",
    ),
    "groupwise": Row(
        f"{POSTMASTER}Return-Path: <>\nSubject: Message status - undeliverable",
        f"The message that you sent was undeliverable to the following:\n\t{CY} (user not found)",
    ),
    "mailmarshal": Row(
        f'{POSTMASTER}Subject: Undeliverable Mail: "Your order"',
        "Your message:\n   From:    help@shop.example\n   Subject: Your order\n\nCould not be "
        "delivered "
        "because of\n\n550 5.1.1 User unknown\n\nThe following recipients were affected: \n    "
        f"{CY}\n\nAdditional Information\n======================\nOriginal Sender: "
        f"help@shop.example",
    ),
    "courier": Row(
        f'From: "Courier" <@mx.example>\n{DAEMON}Subject: NOTICE: mail delivery status.',
        "This is a delivery status notification from mx.example,\nrunning the Courier mail server, "
        "version 0.65.\n\n---- UNDELIVERABLE MAIL\n\nYour message to the following recipients "
        "cannot be "
        f"delivered:\n\n<{CY}>:\n    mx.customer.example [192.0.2.1]:\n>>> RCPT TO:<{CY}>\n<<< "
        f"550 5.1.1 "
        "User Unknown",
    ),
    "imail": Row(
        "From: Mail Administrator <Postmaster@mx.example>\nX-Mailer: <SMTP32 v8.22>\n"
        "Subject: Undeliverable Mail",
        f"Unknown user: {CY}\n\nOriginal message follows.\n\n{COPY}",
    ),
    "surgemail": Row(
        f"{POSTMASTER}Subject: Could not deliver",
        f"Your message could not be delivered to\n{CY}\n\nThe error was: 550 no such user here",
    ),
    "google": Row(
        "From: Mail Delivery Subsystem <mailer-daemon@googlemail.example>\n"
        f"X-Failed-Recipients: {CY}\nSubject: Delivery Status Notification (Failure)",
        f"Delivery to the following recipient failed permanently:\n\n     {CY}\n\nTechnical "
        f"details of "
        "permanent failure: \nThe error that the other server returned was:\n550 550 5.1.1 User "
        "unknown "
        "(state 14).",
    ),
    "google delay": Row(
        "From: Mail Delivery Subsystem <mailer-daemon@googlemail.example>\n"
        "Subject: Delivery Status Notification (Delay)",
        "This is an automatically generated Delivery Status Notification.\n\nTHIS IS A WARNING "
        "MESSAGE "
        "ONLY.\n\nYOU DO NOT NEED TO RESEND YOUR MESSAGE.\n\nDelivery to the following recipient "
        "has been"
        f" delayed:\n\n     {CY}\n\nMessage will be retried for 2 more day(s)",
        LATE,
        permanent=False,
    ),
    "google not found": Row(
        "From: Mail Delivery Subsystem <mailer-daemon@googlemail.example>\n"
        "Subject: Delivery Status Notification (Failure)",
        f"** Address not found **\n\nYour message wasn't delivered to {CY} because the address "
        f"couldn't be "
        "found, or is unable to receive mail.\n\nThe response was:\n\n550 5.1.1 The email "
        "account that "
        "you tried to reach does not exist.",
    ),
    "yahoo": Row(
        f"{DAEMON}Subject: Failure Notice",
        f"Sorry, we were unable to deliver your message to the following address.\n\n<{CY}>:\n"
        f"Remote host "
        "said: 552 1 Requested mail action aborted, mailbox not found [RCPT_TO]\n\n"
        f"--- Below this line is a copy of the message.\n{COPY}",
    ),
    "yahoo account": Row(
        f"{DAEMON}Subject: Failure Notice",
        f"Message from yahoo.example.\nUnable to deliver message to the following address(es).\n"
        f"\n<{CY}>:\n"
        "This user doesn't have a yahoo.example account (cy@customer.example) [0]",
    ),
    "aol": Row(
        f"{DAEMON}Subject: Returned mail: User unknown",
        "The original message was received\n\n   ----- The following addresses had permanent fatal "
        f"errors -----\n<{CY}>\n\n   ----- Transcript of session follows -----\n>>> RCPT "
        f"To:<{CY}>\n<<< 550"
        " MAILBOX NOT FOUND",
    ),
    "amazon": Row(
        "From: MAILER-DAEMON@email-bounces.amazonses.example\nReturn-Path: <>\n"
        "Subject: Delivery Status Notification (Failure)",
        f"An error occurred while trying to deliver the mail to the following recipients:\n{CY}\n"
        f"\n550 "
        "5.1.1 user unknown",
    ),
    "carrier full": Row(
        "From: Postmaster@carrier.example\nSubject: Mail System Error - Returned Mail",
        "The user(s) account is temporarily over quota.\n\n<cy@customer.example>\n",
        FULL,
        permanent=False,
    ),
    "carrier ja": Row(
        "From: Postmaster@carrier.example\nSubject: Mail System Error - Returned Mail",
        f"Each of the following recipients was rejected by a remote mail server.\n\n    "
        f"Recipient: <{CY}>\n"
        "    >>> RCPT TO:<cy@customer.example>\n    <<< 550 <cy@customer.example>: User unknown",
    ),
    "interscan": Row(
        f"{POSTMASTER}Subject: Mail could not be delivered",
        f"****** Message from InterScan Messaging Security Suite ******\n\nSent >>> RCPT "
        f"TO:<{CY}>\n"
        f"Received <<< 550 5.1.1 {CY} user unknown\n\nUnable to deliver message to <{CY}>.\n\n"
        f"************"
        "************     End of message     **********************",
    ),
    "james": Row(
        f"{POSTMASTER}Return-Path: <>\nSubject: [BOUNCE]",
        "Hi. This is the James mail server at mx.example.\nI'm afraid I wasn't able to deliver "
        "your message "
        f"to the following addresses.\nThis is a permanent error; I've given up.\n\n{CY}\n\n"
        f"Error message "
        f"below:\n550 - Requested action not taken: no such user here\n\nMessage details:\n  "
        f"Subject: x\n",
    ),
    "opensmtpd": Row(
        f"{DAEMON}Subject: Delivery status notification: error",
        "    Hi!\n\n    This is the MAILER-DAEMON, please DO NOT REPLY to this email.\n\n    An "
        "error has "
        "occurred while attempting to deliver a message for\n    the following list of "
        "recipients:\n\n"
        f"{CY}: 550 5.2.2 Mailbox Full\n\n    Below is a copy of the original message:\n\n{COPY}",
        FULL,
    ),
    "messaging server": Row(
        f"{POSTMASTER}Return-Path: <>\nSubject: Delivery Notification: Delivery has failed",
        f"Your message cannot be delivered to the following recipients:\n\n  Recipient address: "
        f"{CY}\n  "
        "Reason: Remote SMTP server has rejected address\n  Diagnostic code: smtp;550 5.1.1 User "
        "unknown",
    ),
    "x6": Row(
        "From: postmaster@mx.example\nSubject: There was an error sending your mail",
        "We had trouble delivering your message. Full details follow:\n\nSubject: 'Your order'\n"
        "\n1 "
        f"error(s):\n\nSMTP Server <mx.customer.example> rejected recipient <{CY}> \n  (Error "
        f"following "
        "RCPT command). It responded as follows: [550 5.1.1 User unknown]",
    ),
    "gmx": Row(
        f"{DAEMON}Subject: Mail delivery failed: returning message to sender",
        "This message was created automatically by mail delivery software.\n\nA message that you "
        "sent "
        "could not be delivered to\none or more of its recipients. This is a permanent error.\nThe "
        f'following address failed:\n\n"{CY}":\nSMTP error from remote server after RCPT command:\n'
        "host: mx.customer.example\n5.1.1 User Unknown",
    ),
    "zoho": Row(
        f"{DAEMON}Subject: Undelivered Mail Returned to Sender",
        "This message was created automatically by mail delivery software.\n A message that you "
        "sent could "
        f"not be delivered to one or more of its recipients. This is a permanent error. \n\n{CY} "
        f"Invalid "
        "Address, ERROR_CODE :550, ERROR_CODE :5.1.1 User Unknown",
    ),
    "mail.ru": Row(
        f"{DAEMON}Subject: Mail failure.",
        "Это письмо создано автоматически сервером, отвечать на него не нужно.\n\nК сожалению, "
        "Ваше письмо "
        f"не может быть доставлено одному или нескольким получателям:\n\n{CY}\nuser not found",
    ),
    "facebook": Row(
        "From: Facebook <mailer-daemon@mx.facebook.example>\nSubject: Sorry, your message could "
        "not be "
        "delivered",
        "This message was created automatically by Facebook.\nSorry, your message could not be "
        "delivered."
        f"\n\n<{CY}>: 550 5.1.1 RCP-P1 unknown user",
    ),
    "verizon": Row(
        "From: post_master@carrier.example\nSubject: Undeliverable Message",
        f"Error: No valid recipients for this MM\n\n  RCPT TO: <{CY}>\n\nMessage could not be "
        f"delivered to "
        "mobile: unknown user.",
    ),
    "naver": Row(
        "From: NAVER-MAILER <mailer-daemon@naver.example>\nSubject: [반송된 메일] 주문 안내",
        f"메일이 전송되지 않았습니다.\n\n받는사람 : {CY}\n발송실패 원인 : 존재하지 않는 "
        f"아이디입니다. (550 5.1.1 "
        "User Unknown)",
    ),
    "daum": Row(
        "From: MAILER-DAEMON@hanmail.example\nSubject: 메일 전송 실패 안내",
        f"수신자의 메일함 용량이 초과되어 전달되지 못했습니다.\n<{CY}>\n552 5.2.2 mailbox full",
        FULL,
    ),
    "qq": Row(
        "From: PostMaster@qq.example\nSubject: 来自qq.example的退信",
        f"抱歉，您的邮件被退回来了……\n收件人： {CY}\n"
        f"退信原因：收件人邮件地址（{CY}）不存在，邮件无法送达。\n"
        "host said: 550 Mailbox not found.",
    ),
    "ja": Row(
        f"{DAEMON}Subject: 配信不能のお知らせ",
        f"次の宛先へのメールは配信できませんでした。\n\n<{CY}>\n"
        f"宛先のメールアドレスが存在しません。",
    ),
    "spam": Row(
        f"{DAEMON}Subject: Undelivered Mail Returned to Sender",
        f"<{CY}>: host mx said: 554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked "
        f"using "
        "zen.spamhaus.example",
        BounceCategory.BLOCKED,
    ),
    "too large": Row(
        f"{DAEMON}Subject: Undelivered Mail Returned to Sender",
        f"<{CY}>: message size 30000000 exceeds size limit 10240000 of server mx (552 5.3.4)",
        BounceCategory.TOO_LARGE,
    ),
    "relay": Row(
        f"{DAEMON}Subject: Undelivered Mail Returned to Sender",
        f"<{CY}>: host mx said: 554 5.7.1 <{CY}>: Relay access denied (in reply to RCPT TO "
        f"command)",
        BounceCategory.RELAY,
    ),
    "policy": Row(
        f"{DAEMON}Subject: Undelivered Mail Returned to Sender",
        f"<{CY}>: host mx said: 550 5.7.26 This mail is unauthenticated: DMARC check failed",
        BounceCategory.POLICY,
    ),
    "no address in words": Row(
        f"{DAEMON}Subject: failure notice",
        f"Your message could not be delivered: user unknown.\n\n--- Below this line is a copy.\n"
        f"\n{COPY}",
    ),
    "name with a word in it": Row(
        "From: Mail Deliver System <MAILER-DAEMON@mx.example>\nSubject: Returned Mail: order",
        "The original message was received at Mon, 6 May 2024\nfrom shop.example\n\nThe following "
        "addresses had delivery problems: tomtoto@customer.example (User unknown)",
        whom=("tomtoto@customer.example",),
    ),
    "nobody": Row(
        "From: <>\nSubject: Returned mail: User unknown", f"550 5.1.1 <{CY}>... User unknown"
    ),
    "filter": Row(
        "From: Filter <postmaster@mx.example>\nSubject: **Message you sent blocked by our filter**",
        f"Your message to: {CY}\nwas blocked by our Spam Firewall. It has NOT BEEN DELIVERED.",
        BounceCategory.BLOCKED,
    ),
    "simple list": Row(
        f"{DAEMON}Subject: Returned mail",
        f"here is your list of failed recipients:\n\n{CY}\nbo@customer.example\n\nhere is your "
        f"returned "
        f"mail:\n{COPY}",
        whom=(CY, "bo@customer.example"),
        category=BounceCategory.OTHER,
    ),
}


@pytest.mark.parametrize("name", WORDED)
def test_reports_in_words(name: str) -> None:
    row = WORDED[name]
    found = judge(row.head, row.body)
    assert found.kind is AutoKind.BOUNCE
    assert found.suppress_answer
    assert found.why
    assert found.bounce
    assert found.bounce.recipients == row.whom
    assert found.bounce.category is row.category
    assert found.bounce.permanent is row.permanent
    if COPY in row.body:
        assert found.bounce.message_id == "m-1@shop.example"


FAILED = f"Final-Recipient: rfc822; {CY}\nAction: failed\nStatus: 5.1.1\n"
PERSON = "From: Cy <cy@customer.example>\n"
NO_REPORT = {
    "forwarded": (
        f"{PERSON}Subject: Fwd: Undelivered Mail Returned to Sender",
        WORDED["qmail"].body,
    ),
    "asked about": (
        f"{PERSON}Subject: Re: failure notice",
        f"What is this?\n\n{WORDED['exim'].body}",
    ),
    "told of": (f"{PERSON}Subject: Undeliverable mail", "I got this: 550 5.1.1 user unknown. Why?"),
    "korean": (
        f"{PERSON}Subject: 메일이 반송돼요",
        "보낸 메일이 반송되었습니다. 존재하지 않는 주소래요.",
    ),
    "returned goods": (
        f"{PERSON}Subject: Returned mail order",
        "I returned the parcel, undelivered.",
    ),
    "delivery failed": (
        f"{PERSON}Subject: Delivery failed",
        "The parcel could not be delivered to me.",
    ),
    "postmaster writes": (
        "From: postmaster@customer.example\nSubject: Our new address",
        "Please write to us there from now on.",
    ),
    "administrator writes": (
        "From: Administrator <administrator@customer.example>\nSubject: Question on the invoice",
        "The recipient on the invoice is not known to us.",
    ),
    "answer to one": (
        "From: Postmaster <postmaster@customer.example>\nSubject: RE: Undeliverable: order",
        "I looked: the mailbox was full, it works again.",
    ),
    "with a report attached": (
        f"{PERSON}Subject: FW: Undeliverable: order\nContent-Type: multipart/mixed; boundary=b",
        "--b\nContent-Type: text/plain\n\nWhat is this?\n--b\nContent-Type: "
        "message/delivery-status\n\n"
        f"Reporting-MTA: dns; x\n\n{FAILED}\n--b--",
    ),
    "with a report enclosed": (
        f"{PERSON}Subject: I got this\nContent-Type: multipart/mixed; boundary=b",
        "--b\nContent-Type: text/plain\n\nWhat is this?\n--b\nContent-Type: message/rfc822\n\n"
        f"{DAEMON}Subject: failure notice\nContent-Type: multipart/report; "
        f"report-type=delivery-status;"
        " boundary=c\n\n--c\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\n"
        f"{FAILED}\n--c--\n--b--",
    ),
}


@pytest.mark.parametrize("name", NO_REPORT)
def test_what_people_write_about_reports(name: str) -> None:
    found = judge(*NO_REPORT[name])
    assert (found.kind, found.suppress_answer) == (AutoKind.NONE, False)
