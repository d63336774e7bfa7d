/* Rows of the table: read with metadata and predictions, and up to date with what is said here, in other tabs, by others.
 *
 *   label.gridRows.draw()      rows and columns of the queue, at once; .read() what the server adds to them
 *   label.gridRows.get(key)    {item, row} or undefined; .count(), .notice(fact, why, again), .clear()
 */
(function () {
    "use strict";
    const label = window.spectrolabe.label;
    const { byId, el } = label;
    const REREAD_MS = 400;
    const MANY = 2000; // up to here nothing takes longer than a blink
    const ROW = 40;
    const CARD = 64; // a row of two lines
    let entries = new Map();
    let asked = 0;
    let changed = new Set();
    let planned = 0;
    let rereading = 0;

    async function read() {
        const mine = (asked += 1);
        const slow = setTimeout(() => mine === asked && count("Reading metadata and predictions…"), 150);
        let content;
        try {
            content = await label.ask(label.address("table"));
        } catch (error) {
            if (mine === asked) notice("Metadata and predictions could not be read.", error.message, read);
            return;
        } finally {
            clearTimeout(slow);
        }
        const api = label.grid.api();
        if (mine !== asked || !api) return;
        const isFirst = ![...entries.values()].some(({ row }) => row.key);
        const rows = new Map(content.rows.map((row) => [row.key, row]));
        entries.forEach((entry, key) => rows.has(key) && take(entry, rows.get(key)));
        if (isFirst) {
            columns(); // now it is known which are numbers
            label.gridColumns.restoreFilters(api);
        }
        api.applyTransaction({ update: [...entries.keys()].map((key) => ({ key })) });
        api.refreshCells({ force: true });
        said();
    }

    /* Whether a row is blind decides what is known of its spectrum, too. */
    function take(entry, row) {
        const { item } = entry;
        entry.row = row;
        if (Boolean(item.is_blind) === row.is_blind || Boolean(item.label) === row.is_blind) return;
        item.is_blind = row.is_blind;
        label.spectra.forget(item);
        if (item === label.state.current) label.emit("show", { item, index: label.state.index });
    }

    function columns() {
        const api = label.grid.api();
        api.setGridOption("rowHeight", label.gridColumns.isNarrow() ? CARD : ROW);
        api.setGridOption("columnDefs", label.gridColumns.make(entries));
        label.gridColumns.restore(api);
        api.resetRowHeights();
    }

    function draw() {
        const api = label.grid.api();
        const before = entries;
        entries = new Map(label.state.items.map((item) => [item.key, { item, row: (before.get(item.key) || {}).row || {} }]));
        columns();
        api.setGridOption("rowData", label.state.items.map(({ key }) => ({ key })));
        label.gridEdit.drawClasses();
        label.gridEdit.drawBar();
        reveal();
        said();
    }

    /* What the notice says of the queue: that there is more than it serves. */
    function said() {
        const { queue, items, offset } = label.state;
        const n = queue.n_available || items.length;
        const more = n > items.length ? `This table holds ${label.count(offset + 1)} to ${label.count(offset + items.length)} of ${label.count(n)} spectra; the queue serves the others after them.` : items.length > MANY ? `${label.count(items.length)} spectra: sorting and searching take a moment.` : "";
        label.fill("label-grid-notice", more ? el("p", { class: "label-grid-more" }, label.icon("info"), more) : null);
        count();
    }

    function notice(fact, why, again) {
        const button = el("button", { type: "button", class: "button button-outline button-small" }, "Try again");
        button.addEventListener("click", function () {
            said();
            again();
        });
        label.fill("label-grid-notice", el("div", { class: "label-grid-failed", role: "alert" }, label.icon("circle-alert"), el("strong", {}, fact), ` ${why} `, button));
    }

    function count(text) {
        const api = label.grid.api();
        if (!api || !byId("label-grid-count")) return;
        const shown = api.getDisplayedRowCount();
        const all = entries.size;
        label.text("label-grid-count", text || (shown === all ? `${label.count(all)} spectra` : `${label.count(shown)} of ${label.count(all)} spectra`));
        const clear = document.querySelector('[data-command="grid-clear"]');
        const search = byId("label-grid-search");
        clear.hidden = !api.isAnyFilterPresent() && !(search && search.value);
        if (shown) api.hideOverlay();
        else if (all) api.showNoRowsOverlay();
    }

    /* ---------------------------------------------------------------- what changes */

    function update() {
        planned = 0;
        const api = label.grid.api();
        const keys = [...changed].filter((key) => entries.has(key));
        changed = new Set();
        if (!api || !keys.length) return;
        api.applyTransaction({ update: keys.map((key) => ({ key })) });
        const nodes = keys.map((key) => api.getRowNode(key)).filter(Boolean);
        api.refreshCells({ rowNodes: nodes, force: true });
        count();
        label.gridEdit.drawBar();
    }

    label.on("changed", function ({ item }) {
        const entry = entries.get(item.key);
        if (!label.grid.api() || !entry) return;
        entry.item = item;
        const isMeasured = item.kind === "random" || label.isRepeat(item);
        if (isMeasured && Boolean(item.label) === Boolean(entry.row.is_blind)) reread(item.label);
        changed.add(item.key);
        if (!planned) planned = requestAnimationFrame(update);
    });

    /* A blind row tells more once its label is stored, and less again when it was taken back. */
    let isWaitingForStore = false;
    function reread(hasLabel) {
        if (!label.state.queue.blind_estimation) return;
        if (hasLabel) isWaitingForStore = true;
        else later();
    }
    function later() {
        clearTimeout(rereading);
        rereading = setTimeout(() => label.grid.isShown() && read(), REREAD_MS);
    }
    label.on("stored", function ({ waiting }) {
        if (!isWaitingForStore || waiting) return;
        isWaitingForStore = false;
        later();
    });

    /* The row of the spectrum that is shown: new data of a row ask its class rules anew, and leave an editor alone. */
    let now = null;
    label.on("show", reveal);
    function reveal() {
        const api = label.grid.api();
        if (!api) return;
        const before = now;
        now = label.state.current ? label.state.current.key : null;
        [before, now].forEach(function (key) {
            const node = key && api.getRowNode(key);
            if (node) node.updateData({ key });
        });
        const node = now && label.grid.isShown() && api.getRowNode(now);
        if (node && node.displayed) api.ensureNodeVisible(node);
    }

    label.gridRows = {
        draw,
        read,
        count,
        notice,
        get: (key) => entries.get(key),
        clear() {
            asked += 1;
            clearTimeout(rereading);
            isWaitingForStore = false;
            entries = new Map();
        },
    };
})();
