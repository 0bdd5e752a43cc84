"""Imports a spreadsheet as one would by hand: openpyxl, phonenumbers, pypinyin, COPY into an indexed table.

import.py make ROWS.tsv FILE.xlsx    writes the spreadsheet
import.py read FILE.xlsx URL         reads it into PostgreSQL, and prints the seconds of each step
"""

import json
import sys
import time

import openpyxl
import phonenumbers
import psycopg
import pypinyin


def make(source, file):
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    for line in open(source, encoding="utf-8"):
        sheet.append(line.rstrip("\n").split("\t"))
    book.save(file)
    print(json.dumps({}))


def read(file, url):
    steps, at = {}, time.perf_counter()

    def step(name):
        nonlocal at
        now = time.perf_counter()
        steps[name] = now - at
        at = now

    book = openpyxl.load_workbook(file, read_only=True)
    rows = list(book.active.iter_rows(values_only=True))
    step("openpyxl")
    phones = []
    for row in rows:
        number = phonenumbers.parse(row[2], "CN")
        if not phonenumbers.is_valid_number(number):
            raise SystemExit(f"invalid: {row[2]}")
        phones.append(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
    step("phonenumbers")
    sounds = ["".join(pypinyin.lazy_pinyin(row[1])) for row in rows]
    step("pypinyin")
    with psycopg.connect(url) as connection:
        connection.execute(
            """CREATE TABLE imported (userid text PRIMARY KEY, name text NOT NULL, mobile text, position text,
               extension text, employee_no text, department text, sound text NOT NULL)"""
        )
        connection.execute("CREATE INDEX ON imported (mobile); CREATE INDEX ON imported (sound)")
        with connection.cursor().copy("COPY imported FROM STDIN") as copy:
            for row, phone, sound in zip(rows, phones, sounds):
                copy.write_row((row[0], row[1], phone, row[3], row[4], row[5], row[6], sound))
        connection.commit()
        step("copy")
        connection.execute("DROP TABLE imported")
        connection.commit()
    print(json.dumps(steps))


{"make": make, "read": read}[sys.argv[1]](*sys.argv[2:])
