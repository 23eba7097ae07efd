"""The overview of `examples/overview_10k.rs` written with reportlab, for comparison.

    python3 -m venv target/reportlab && target/reportlab/bin/pip install reportlab
    target/reportlab/bin/python casekit-export/benches/reportlab_10k.py [rows] [file]

Drawn straight onto the canvas, which is the fastest way reportlab has: one font, no shaping, so Arabic comes out
wrong; only cells that are too wide are wrapped.
"""

import os
import pathlib
import resource
import sys
import time

from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen import canvas

FONTS = pathlib.Path(__file__).resolve().parent.parent / "fonts"
CUSTOMERS = ["Łukasz Żółć", "Ελένη Παπαδοπούλου", "Иван Петров", "محمد الأحمد", "José Ibáñez Ordóñez",
             "Case محمد 42", "Nguyễn Thị Ánh", "Acme AV Ltd"]
TYPES = ["Data request", "Bug report", "Enquiries", "Process update"]
STAGES = ["Open", "In Progress", "Resolved", "Closed"]
STATUSES = ["Identification ready", "Delivered", "Data approval ready"]
COLUMNS = [("Number", 1.4), ("Title", 5.0), ("Customer", 2.6), ("Type", 1.8), ("Stage", 1.4), ("Status", 2.4),
           ("Created", 2.0), ("Days open", 1.0)]
MARGIN, FOOT, SIZE, LEADING, PADDING = 40.0, 48.0, 8.5, 11.5, 3.5


def row(n):
    if n % 10 == 3:
        title = (f"Meter {n} reads backwards since the last storm, and the customer asks what we mean to do about it, "
                 "and when somebody will come")
    elif n % 10 == 7:
        title = f"Mixed {n} αβγ Привет مرحبا end"
    else:
        title = f"Case title number {n} about a thing"
    created = f"2026-{n % 3 + 1:02}-{n % 28 + 1:02} {n % 24:02}:{n % 60:02}"
    return [f"C-{n:06}", title, CUSTOMERS[n % 8], TYPES[n % 4], STAGES[n % 4], STATUSES[n % 3], created, str(n % 97)]


def set_text(text, width):
    if pdfmetrics.stringWidth(text, "Regular", SIZE) <= width:
        return [text]
    return simpleSplit(text, "Regular", SIZE, width)[:3]


class Page:
    def __init__(self, path):
        self.canvas = canvas.Canvas(path, pagesize=landscape(A4))
        self.width, self.height = landscape(A4)
        total = sum(width for _, width in COLUMNS)
        self.columns, x = [], MARGIN
        for heading, share in COLUMNS:
            width = (self.width - 2 * MARGIN) * share / total
            self.columns.append((heading, x + 5, width - 10))
            x += width
        self.number = 0
        self.begin()

    def begin(self):
        self.number += 1
        self.canvas.setFont("Bold", 8)
        self.canvas.drawString(MARGIN, self.height - 36, "Case overview")
        for heading, x, _ in self.columns:
            self.canvas.drawString(x, self.height - 66, heading)
        self.canvas.setFont("Regular", 8)
        self.canvas.drawString(MARGIN, 24, f"Page {self.number}")
        self.canvas.setFont("Regular", SIZE)
        self.canvas.setLineWidth(0.4)
        self.y = self.height - 73

    def row(self, cells):
        settings = [set_text(text, width)
                    for text, (_, _, width) in zip(cells, self.columns)]
        height = max(map(len, settings)) * LEADING + 2 * PADDING
        if self.y - height < FOOT:
            self.canvas.showPage()
            self.begin()
        for lines, (heading, x, width) in zip(settings, self.columns):
            for index, line in enumerate(lines):
                base = self.y - PADDING - 8.7 - index * LEADING
                if heading == "Days open":
                    self.canvas.drawRightString(x + width, base, line)
                else:
                    self.canvas.drawString(x, base, line)
        self.y -= height
        self.canvas.line(MARGIN, self.y, self.width - MARGIN, self.y)


def main():
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    path = sys.argv[2] if len(sys.argv) > 2 else "target/overview_reportlab.pdf"
    started = time.perf_counter()
    pdfmetrics.registerFont(TTFont("Regular", FONTS / "NotoSans-Regular.ttf"))
    pdfmetrics.registerFont(TTFont("Bold", FONTS / "NotoSans-Bold.ttf"))
    page = Page(path)
    for n in range(rows):
        page.row(row(n))
    page.canvas.save()
    took = (time.perf_counter() - started) * 1000
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{rows} rows on {page.number} pages in {took:.0f} ms, {os.path.getsize(path) // 1024} KiB, "
          f"peak memory {peak} MiB")


if __name__ == "__main__":
    main()
