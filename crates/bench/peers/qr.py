"""Draws the code of each line of a file again and again: how many a second, and bytes of the first.

qr.py FILE SECONDS svg|png
"""

import io
import json
import sys
import time

import segno

texts = open(sys.argv[1], encoding="utf-8").read().split()
seconds, kind = float(sys.argv[2]), sys.argv[3]


def draw(text):
    out = io.BytesIO()
    # A picture of about 512 pixels, as the server is asked for.
    segno.make_qr(text, error="m").save(out, kind=kind, border=4, scale=1 if kind == "svg" else 12)
    return out.getvalue()


size = len(draw(texts[0]))
count, started = 0, time.perf_counter()
while time.perf_counter() - started < seconds:
    draw(texts[count % len(texts)])
    count += 1
print(json.dumps({"per_second": count / (time.perf_counter() - started), "bytes": size}))
