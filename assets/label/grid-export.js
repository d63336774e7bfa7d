/* What the table shows as a file, and the files of the session.
 *
 *   label.gridExport.csv(api) -> text of the filtered and sorted rows with the columns that are shown
 */
(function () {
    "use strict";
    const label = window.spectrolabe.label;
    const { el } = label;
    const RISKY = /^'*[=+\-@\t\r\n＝＋－＠]/;
    const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
    const FILES = [
        ["labels", "csv", "Labels (CSV)", "id, label, comment: the form of the thesis"],
        ["spectra", "csv", "Labeled spectra (CSV)", "a training set"],
        ["journal", "csv", "Journal (CSV)", "every answer, also those taken back"],
        ["journal", "parquet", "Journal (Parquet)", ""],
        ["journal", "votable", "Journal (VOTable)", ""],
    ];

    /* Spreadsheets compute a text that begins like a formula; the apostrophe stops it. A number is none. */
    function safe(text) {
        return RISKY.test(text) && !NUMBER.test(text) ? `'${text}` : text;
    }

    function field(value) {
        if (value === null || value === undefined) return "";
        if (typeof value === "number") return String(value);
        const text = safe(String(value));
        return /[",\r\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
    }

    const wordOfColumn = (column) => ({ label: label.gridColumns.wordOf, prediction: label.gridColumns.wordOf, set: label.gridColumns.kindWord })[column.getColId()];

    function csv(api) {
        const columns = api.getAllDisplayedColumns().filter((one) => one.getColDef().valueGetter);
        const lines = [columns.map((one) => field(one.getColId().replace(/^metadata\./, ""))).join(",")];
        api.forEachNodeAfterFilterAndSort(function (node) {
            const cells = columns.map(function (column) {
                const value = api.getCellValue({ rowNode: node, colKey: column });
                const word = wordOfColumn(column);
                return field(word && value ? word(value) : value);
            });
            lines.push(cells.join(","));
        });
        return `${lines.join("\r\n")}\r\n`;
    }

    function give() {
        const api = label.grid.api();
        if (!api) return;
        const address = URL.createObjectURL(new Blob([csv(api)], { type: "text/csv;charset=utf-8" }));
        const anchor = el("a", { href: address, download: `${label.state.session}-table.csv` });
        document.body.append(anchor);
        anchor.click();
        anchor.remove();
        setTimeout(() => URL.revokeObjectURL(address), 10000);
    }

    function draw() {
        const { session } = label.state;
        const waiting = label.store.entries(session).length;
        const links = FILES.map(function ([what, format, name, about]) {
            const query = new URLSearchParams({ session, what, format });
            return el("a", { class: "menu-item", href: `/api/labels/export?${query}`, download: "" }, el("span", {}, name, about ? el("span", { class: "label-grid-about" }, about) : null));
        });
        const shown = el("button", { type: "button", class: "button button-plain", "data-command": "grid-csv" }, el("span", {}, "What is shown (CSV)", el("span", { class: "label-grid-about" }, "rows and columns as filtered and sorted")));
        const note = waiting ? el("p", { class: "menu-note" }, `${label.count(waiting)} answers wait here and are not in the files of the session yet.`) : null;
        label.fill("label-grid-files", shown, el("hr", { class: "menu-line" }), ...links, note);
    }

    label.commands["grid-csv"] = give;
    label.gridExport = { csv, draw, safe };
})();
