"""One record of delimited text, cell by cell: for headers, and for lines whose quotation marks need care."""


def split_record(text: str, separator: str) -> list[str] | None:
    """Return the cells of a record; None if a cell in quotation marks is not closed.

    Marks count where they begin a cell; two of them within such a cell are one. A mark within another cell is a
    character of it, as in `5" offset`.
    """
    cells: list[str] = []
    position = 0
    while True:
        if text.startswith('"', position):
            cell, position = _quoted(text, position)
            if position < 0:
                return None
        else:
            cell = ""
        end = text.find(separator, position)
        cells.append(cell + (text[position:] if end < 0 else text[position:end]))
        if end < 0:
            return cells
        position = end + 1


def _quoted(text: str, position: int) -> tuple[str, int]:
    """Return a cell in quotation marks, and the place after it (-1: it is not closed)."""
    begin = position + 1
    while True:
        end = text.find('"', begin)
        if end < 0:
            return "", -1
        if not text.startswith('""', end):
            return text[position + 1 : end].replace('""', '"'), end + 1
        begin = end + 2
