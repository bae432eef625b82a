"""Writes an export of many posts, made of the sample's with ids and a word of their own."""

import csv
import sys

source, count = sys.argv[1], int(sys.argv[2])
with open(source, newline="", encoding="utf-8") as file:
    header, *rows = csv.reader(file)
ID, TEXT, REPLY, CONVERSATION = (
    header.index(name) for name in ("Post ID", "Text", "In Reply To", "Conversation ID")
)
writer = csv.writer(sys.stdout)
writer.writerow(header)
for number in range(count):
    copy, row = divmod(number, len(rows))
    cells = list(rows[row])
    for place in (ID, REPLY, CONVERSATION):
        if cells[place]:
            cells[place] += f"{copy:03}"
    cells[TEXT] += f" Ref {copy}."
    writer.writerow(cells)
