"""Brings numbers to E.164 again and again: how many a second; and how often the result is another than is expected.

phone.py FILE SECONDS, where a line is region, number and expected E.164, with tabs between.
"""

import json
import sys
import time

import phonenumbers

lines = [line.split("\t") for line in open(sys.argv[1], encoding="utf-8").read().splitlines()]
seconds = float(sys.argv[2])


def read(region, text):
    try:
        number = phonenumbers.parse(text, region or None)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_valid_number(number):
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


others = [[region, text, wanted, read(region, text)] for region, text, wanted in lines]
others = [line for line in others if line[2] != line[3]]
count, started = 0, time.perf_counter()
while time.perf_counter() - started < seconds:
    for _ in range(100):
        region, text, _ = lines[count % len(lines)]
        read(region, text)
        count += 1
print(json.dumps({"per_second": count / (time.perf_counter() - started), "others": len(others)}))
