"""What mail programs write around an answer, in their languages: who wrote what, and their own names."""

import re


def _any(*patterns: str) -> str:
    return f"(?:{'|'.join(patterns)})"


_WROTE = _any(
    "wrote", "schreef", "skrev", "schrieb", "a écrit", "escribió", "escreveu", "ha scritto", r"napisał\(a\)", "napisał",
    r"napsal\(a\)", "napsala?", "a scris",
)  # fmt: skip
_ON = _any("On", "Op", "Den", "Am", "Le", "El", "Em", "Il", "Dnia", "W dniu", "Dne", "Pe")
_WROTE_AT_THE_END = _any(
    "kirjoitti", "yazdı", "şunu yazdı", "пишет", "написала?", r"написал\(а\)", "писала?", r"писал\(а\)"
)

# Who wrote what is quoted below, on one to four lines that are tried as one.
ATTRIBUTIONS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"{_ON} .{{4,300}}{_WROTE}\b.{{0,150}}:",
        rf".{{1,200}} {_WROTE} \(.{{4,100}}\):",
        rf"<?[^<>\s]{{1,100}}@[^<>\s]{{1,100}}>? {_WROTE}\s?:",
        r"Op .{4,300} heeft .{1,150} geschreven:",
        r".{1,150} (wrote on|schrieb am|a écrit le|escribió el|escreveu em) .{4,100}:",
        rf".{{4,200}} {_WROTE_AT_THE_END}( .{{0,120}})?:",
        r"(W dniu|Dnia) .{4,200} pisze:",
        r"\d{4}年\d{1,2}月\d{1,2}日.{0,150}[<＜][^<>\s]+@[^<>\s]+[>＞].{0,8}[:：]",
        r"\d{4}[/-]\d{1,2}[/-]\d{1,2}.{0,150}(のメール|さんは書きました|の書き込み|wrote)\s?[:：]",
        r".{2,200}(写道|寫道)\s?[:：]",
        r"\d{4}년 .{4,200}(작성|썼습니다)\s?[:：]?",
        r"\d{4}-\d\d-\d\d .{0,100}<[^<>\s]+@[^<>\s]+>:",
    )
)
# An attribution below which everything was quoted without a mark tells when, or from which address.
TELLS_WHEN = re.compile(r"\d{1,2}[:.h]\d\d|@")

_FORMER = _any(
    "Original Message", "Original Appointment", "Forwarded message", "Ursprüngliche Nachricht", "Originalnachricht",
    "Original-Nachricht", "Weitergeleitete Nachricht", "Message d['’]origine", "Message original", "Mensaje original",
    "Mensagem original", "Messaggio originale", "Oorspronkelijk bericht", "Ursprungligt meddelande",
    "Alkuperäinen viesti", "Oryginalna wiadomość", "Исходное сообщение", "Původní zpráva", "元のメッセージ",
    "Reply message",
)  # fmt: skip
_FORWARDED = _any(
    "Begin forwarded message", "Anfang der weitergeleiteten Nachricht", "Début du message réexpédié",
    "Inicio del mensaje reenviado", "Início da mensagem reencaminhada", "転送されたメッセージ",
)  # fmt: skip
# A line below which only the former letter stands.
FORMER = re.compile(rf"[-_=*\s]{{2,}}\s?{_FORMER}\s?[-_=*\s]{{2,}}|{_FORWARDED}\s?[:：]", re.IGNORECASE)

_FROM = _any(
    "From", "Von", "De", "Da", "Van", "Från", "Fra", "Od", "От", "Lähettäjä", "差出人", "发件人", "寄件者", "보낸 사람"
)
_MORE = _any(
    "Sent", "Date", "To", "Subject", "Cc", "Gesendet", "Datum", "An", "Betreff", "Envoyé", "À", "A", "Objet", "Enviado",
    "Enviado el", "Enviada em", "Enviada", "Fecha", "Para", "Data", "Asunto", "Assunto", "Inviato", "Oggetto",
    "Verzonden", "Aan", "Onderwerp", "Skickat", "Till", "Ämne", "Sendt", "Til", "Emne", "Wysłano", "Do", "Temat",
    "Отправлено", "Дата", "Кому", "Тема", "Lähetetty", "Vastaanottaja", "Aihe", "送信日時", "日時", "宛先", "件名",
    "发送时间", "收件人", "主题", "寄件日期", "收件者", "主旨", "보낸 날짜", "받는 사람", "제목",
    "Odesláno", "Komu", "Předmět",
)  # fmt: skip
# The first line of the head of a former letter, as Outlook writes it, and the others.
HEAD = re.compile(rf"[*\s]*{_FROM}\s?[:：][*\s]*\S.*")
HEAD_GOES_ON = re.compile(rf"[*\s]*{_MORE}\s?[:：][*\s]*.*")
RULE = re.compile(r"[_\-—–=]{10,}|-{3}|\*{3,}")

# What a program, a telephone or a virus scanner says for itself at the end.
SENT_FROM = re.compile(
    r"[*_>\s]*"
    + _any(
        "Sent (?:from|with|via|by|using)", "Get (?:Outlook|Gmail) for", "Von meinem", "Gesendet (?:von|mit|aus)",
        "Diese Nachricht wurde von", "Envoyé (?:de|depuis|avec|à partir)", "Obtenez Outlook", "Holen Sie sich Outlook",
        "Outlook (?:für|pour|para)", "Enviad[oa] (?:desde|do|de|a partir|com|con)", "Obtener Outlook",
        "Obter o Outlook", "Inviato (?:da|con)", "Verzonden (?:vanaf|met|vanuit)", "Skickat från", "Sendt fra",
        "Wysłane z", "Отправлено (?:с|из)", "i(?:Phone|Pad)から送信", "发自我的", "從我的", "나의 iPhone", "iPhone에서",
        "Please excuse (?:my )?(?:brevity|typos)", "Bitte entschuldigen Sie meine", r"Virus-free\.", r"Virenfrei\.",
        r"Libre de virus\.", r"Sans virus\.", r"Livre de vírus\.",
    )
    + ".{0,120}",
    re.IGNORECASE,
)  # fmt: skip
# How what a company adds to each of its letters begins; all below is part of it.
DISCLAIMER = re.compile(
    r"[*_\s]*"
    + _any(
        r"CONFIDENTIAL(?:ITY)?\b", r"DISCLAIMER\b",
        r"(?:This|The information(?: contained)? in this) (?:e-?mail|message|communication|transmission)\b.{0,200}"
        r"(?:confidential|intended|privileged|virus)",
        r"(?:Diese|Die Informationen in dieser) (?:E-?Mail|Nachricht)\b.{0,200}(?:vertraulich|bestimmt|Viren)",
        r"Cet? (?:message|courriel|e-?mail)\b.{0,200}(?:confidentiel|destin)",
        r"(?:Este (?:correo|mensaje|e-?mail)|Esta mensagem)\b.{0,200}(?:confidencial|destin)",
        "Please consider the environment", "Pensez à l['’]environnement", "Bitte prüfen Sie, ob diese",
    ),
    re.IGNORECASE,
)  # fmt: skip
