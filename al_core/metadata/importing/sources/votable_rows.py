"""What the XML of a VOTable says, event by event, without keeping it."""

from xml.parsers import expat

from al_core.errors import MetadataError


class TableEvents:
    """Collects the fields of the first table, and its rows until they are taken.

    Attributes
    ----------
    fields : list of dict
        Attributes of each FIELD, its `description` and the value `null` that stands for none.
    error : str
        What an answer says whose status is ERROR.
    is_binary, has_data, is_over : bool
        Rows are base64; rows have begun; the table has ended.
    """

    def __init__(self) -> None:
        self.fields: list[dict[str, str]] = []
        self.error = ""
        self.is_binary = self.has_data = self.is_over = False
        self._rows: list[list[str | None]] = []
        self._row: list[str | None] = []
        self._text: list[str] | None = None
        self._within: list[str] = []

    def parser(self) -> expat.XMLParserType:
        """Return a parser that feeds this."""
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.EntityDeclHandler = _refuse
        return parser

    def taken(self) -> list[list[str | None]]:
        """Return the rows since the last call."""
        rows, self._rows = self._rows, []
        return rows

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        self._within.append(name)
        if self.is_over:
            return
        if name == "TD":
            self._text = []
        elif name == "TR":
            self._row = []
        elif name == "FIELD" and not self.has_data:
            self.fields.append(dict(attributes))
        elif name == "VALUES" and "FIELD" in self._within and "null" in attributes:
            self.fields[-1]["null"] = attributes["null"]
        elif name in ("BINARY", "BINARY2", "FITS"):
            self.is_binary = self.has_data = True
        elif name == "TABLEDATA":
            self.has_data = True
        elif name in ("DESCRIPTION", "INFO"):
            self._text = []
            self._is_error = attributes.get("name") == "QUERY_STATUS" and attributes.get("value", "").upper() == "ERROR"

    def _end(self, tag: str) -> None:
        name = self._within.pop()
        del tag
        if self.is_over:
            return
        if name == "TD":
            self._row.append("".join(self._text or ()) or None)
            self._text = None
        elif name == "TR":
            self._rows.append(self._row)
        elif name == "TABLE" and self.fields:
            self.is_over = self.has_data = True
        elif name == "DESCRIPTION" and self._within[-1:] == ["FIELD"]:
            self.fields[-1]["description"] = "".join(self._text or ())
        elif name == "INFO" and self._is_error:
            self.error = "".join(self._text or ()).strip() or "ERROR"

    def _characters(self, text: str) -> None:
        if self._text is not None:
            self._text.append(text)


def _refuse(*_: object) -> None:
    raise MetadataError("This XML declares entities, which a VOTable has no use for. It is not read.")
