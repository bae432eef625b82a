"""Writes the texts on which every engine must agree, one JSON string a line.

All are our own: a fixed draw from `threads`, then cases made to be hard.
"""

from __future__ import annotations

import argparse
import json
import random
from pathlib import Path

import own

DRAWN = 220
SEED = 7

SCRIPTS = (
    "خدمة سيئة جدا، أين طلبي؟",
    "لماذا لا يرد أحد @Brand؟ أنتظر منذ ٣ أيام",
    "我的订单还没有到，请帮忙！",
    "太差了！！！再也不买了 😡😡😡",
    "注文がまだ届きません。返金してください。",
    "ｱﾌﾟﾘが落ちる、何度も",
    "Где мой заказ? Третий раз пишу!",
    "УЖАСНЫЙ СЕРВИС, верните деньги",
    "मेरा ऑर्डर अभी तक नहीं आया, कृपया मदद करें",
    "आवेदन काम नहीं कर रहा है!!!",
    "สินค้ายังไม่มาเลย ช่วยตรวจสอบด้วยค่ะ",
    "ההזמנה שלי לא הגיעה, מה קורה?",
    "Η παραγγελία μου δεν έφτασε ποτέ",
    "주문한 물건이 아직 안 왔어요 ㅠㅠ",
    "Där är min beställning?! Förväntade mig bättre, åäö ÅÄÖ",
    "Łódź, İstanbul, ẞtraße, ĳsland, ŒUVRE, ﬁnally",
    "আমার টাকা ফেরত দিন",
    "பணத்தைத் திருப்பித் தாருங்கள்",
    "ኣገልግሎቱ መጥፎ ነው",
    "my დაგვიანდა order is late",
)
"""Complaints in many scripts, and letters whose lower case is not one for one."""

CHARACTERS = (
    "",
    " ",
    "\t\n\r ",
    "\u0000",
    "where\u0000is my\u0000 order",
    "\u0001\u0002\u0007\u001b[31mred\u001b[0m\u007f\u0085",
    "zero\u200bwidth\u200d joiner\u2060 and \ufeffmark",
    "soft\u00adhyphen and non\u00a0breaking\u202fspaces\u3000wide",
    "right\u202eto left\u202c override",
    "line\u2028separator\u2029paragraph",
    "e\u0301 vs é, n\u0303 vs ñ, A\u030a vs Å",
    "Z\u0335\u0321\u034da\u0337\u0327l\u0338\u0328g\u0334\u0322o\u0336\u0323 help",
    "\u0301\u0302\u0303",
    "\ufffd\ufffd",
    "\U0010ffff \ue000 \ufdd0",
    "½ price? ² ³ ℡ № ™ ㎏ Ⅷ",
    "𝗪𝗢𝗥𝗦𝗧 𝓼𝓮𝓻𝓿𝓲𝓬𝓮 ⓔⓥⓔⓡ ｆｕｌｌ",
    "“curly” ‘quotes’ – dashes — and… dots",
    "don't don’t donʼt dont",
    "!!!",
    "?!?!?!?!?!",
    "...",
    "$%^&*()_+-=[]{}|;':\",./<>?`~\\",
    "a",
    "0",
    "1234567890 1,234.56 £99.99 $5 €7,50 50% +44 20 7946 0000",
)
"""Nothing, control and invisible characters, combining marks, compatibility forms."""

MARKS = (
    "@FennwaveCare",
    "@a @b @c @d",
    "@ann@example.social and @bob.example.com",
    "https://example.com/a?b=c&d=e#f",
    "http://example.com http://example.org www.example.net",
    "mail help+me@example.co.uk or ring",
    "@Brand https://example.com 😡",
    "&amp;&lt;&gt;&quot;&#39;&nbsp;",
    "fish &amp;amp; chips &lt;3 &hearts; &#128545; &#x1F621; &bogus; &#xD800; &#0;",
    "[user] [link] [email] [shout] [long] [emoji]",
    "[CLS] [SEP] [PAD] [MASK] [UNK] [unused7]",
    "&#91;SEP&#93; ［MASK］ [[SEP]] [ SEP ]",
    "##ing ##ed #fail #WorstServiceEver #fail_again #2026",
    "😡",
    "😡😡😡😡😡",
    "😭 😡 🙏🏽 👍🏿 ❤️ ❤",
    "👨‍👩‍👧‍👦 🏳️‍🌈 🇳🇴🇬🇧 ☎️ ✈ 1️⃣",
    "great :) awful :( meh :/ <3 ;-) XD",
    "THIS IS THE WORST SERVICE EVER",
    "WHERE IS MY REFUND @Brand ?! I have waited 3 WEEKS",
    "soooooo sloooow pleeeease heeeelp",
    "NOOOOOOOO!!!!!!!!!",
    "hahahahaha lol lmaooooo",
    "the BBC, the UK and SK418 to OSL at 19:40",
    "F U",
    "oh great, ANOTHER delay. love it.",
)
"""What the normaliser rewrites, and what must not pass for its markers."""

LONG = (
    "a" * 99,
    "a" * 100,
    "ab" * 51,
    "supercalifragilisticexpialidocious" * 3,
    "x" * 5000,
    "no " * 1700,
    "My order is late and nobody answers. " * 136,
    "😡 late " * 300,
    "订" * 1200,
    "@Brand " * 400,
    "WHY " * 300,
    "https://example.com/" + "p" * 2000,
    "1 " * 253 + "end",
    "1 " * 254 + "end",
    "1 " * 255 + "end",
    ". " * 253,
)
"""Long words, 5,000 characters, and texts at the edge of the token limit."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=Path, default=Path("data/threads"))
    parser.add_argument("--output", type=Path, default=OUTPUT)
    arguments = parser.parse_args()
    drawn = own.threads(arguments.threads) + own.threads(arguments.threads, held_out=True)
    drawn = random.Random(SEED).sample(sorted(post.text for post in drawn), DRAWN)
    texts = [*drawn, *SCRIPTS, *CHARACTERS, *MARKS, *LONG]
    lines = "".join(f"{json.dumps(text)}\n" for text in texts)
    arguments.output.write_text(lines, encoding="utf-8")


OUTPUT = Path("crates/classifier/tests/data/parity_texts.jsonl")

if __name__ == "__main__":
    main()
