/* The view Table: every spectrum of the queue as a row, up to date with what is said here, in other tabs, by others.
 *
 *   label.grid.api() -> the api of ag-grid, null before it is loaded
 *   label.grid.selected() -> items; .shownKeys() -> Set; .clearSelection()
 * Command "view" ("view:spectrum", "view:table") switches; the address keeps it.
 */
(function () {
    "use strict";
    const label = window.spectrolabe.label;
    const { byId, el } = label;
    const TABLE = "label-grid-table";
    const STORE = "label-grid-store";
    const PATIENCE_S = 20;
    const REREAD_MS = 400;
    const MANY = 2000; // up to here nothing takes longer than a blink
    let api = null;
    let coming = null;
    let entries = new Map();
    let asked = 0;
    let loaded = null; // the queue whose rows were read
    let changed = new Set();
    let planned = 0;
    let rereading = 0;

    const isShown = () => Boolean(byId("label-grid")) && !byId("label-grid").hidden;

    /* ---------------------------------------------------------------- switching */

    function show(view) {
        const isTable = view === "table";
        const page = byId("label-page");
        page.dataset.view = isTable ? "table" : "spectrum";
        byId("label-grid").hidden = !isTable;
        [...byId("label-view").children].forEach((one) => one.setAttribute("aria-pressed", String(one.dataset.command === `view:${page.dataset.view}`)));
        const address = new URL(window.location.href);
        if (isTable) address.searchParams.set("view", "table");
        else address.searchParams.delete("view");
        if (address.href !== window.location.href) window.history.replaceState(window.history.state, "", address);
        if (isTable) open();
    }
    label.commands.view = (view) => show(view || (isShown() ? "spectrum" : "table"));

    async function open() {
        if (!label.state.queue) return;
        const { queue } = label.state;
        try {
            await ready();
        } catch (error) {
            notice("failed", "The table could not be loaded.", "Load the page again.", () => window.location.reload());
            return;
        }
        if (!isShown() || queue !== label.state.queue || loaded === queue) return;
        loaded = queue;
        draw();
        read();
    }

    /* The grid comes from the server when it is wanted first. */
    function ready() {
        if (api) return Promise.resolve();
        coming = coming || make();
        return coming;
    }

    async function make() {
        window.dash_clientside.set_props(STORE, { data: true });
        const end = Date.now() + PATIENCE_S * 1000;
        while (Date.now() < end && byId("label-grid")) {
            const found = byId(TABLE) && apiOf();
            if (found) return attach(found);
            await new Promise((done) => setTimeout(done, 40));
        }
        coming = null;
        throw new Error("no grid");
    }

    function apiOf() {
        try {
            const found = window.dash_ag_grid.getApi(TABLE);
            return found && !found.isDestroyed() ? found : null;
        } catch (error) {
            return null;
        }
    }

    /* ---------------------------------------------------------------- rows */

    async function read() {
        const mine = (asked += 1);
        const slow = setTimeout(() => mine === asked && count("Reading metadata and predictions…"), 150);
        let content;
        try {
            content = await label.ask(label.address("table"));
        } catch (error) {
            if (mine === asked) notice("failed", "Metadata and predictions could not be read.", error.message, read);
            return;
        } finally {
            clearTimeout(slow);
        }
        if (mine !== asked || !api) return;
        const isFirst = ![...entries.values()].some(({ row }) => row.key);
        const rows = new Map(content.rows.map((row) => [row.key, row]));
        entries.forEach((entry, key) => rows.has(key) && take(entry, rows.get(key)));
        if (isFirst) {
            api.setGridOption("columnDefs", label.gridColumns.make(entries)); // now it is known which are numbers
            label.gridColumns.restore(api);
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

    function draw() {
        const before = entries;
        entries = new Map(label.state.items.map((item) => [item.key, { item, row: (before.get(item.key) || {}).row || {} }]));
        api.setGridOption("columnDefs", label.gridColumns.make(entries));
        label.gridColumns.restore(api);
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

    function notice(kind, fact, why, again) {
        const button = el("button", { type: "button", class: "button button-outline button-small" }, "Try again");
        button.addEventListener("click", function () {
            said();
            again();
        });
        label.fill("label-grid-notice", el("div", { class: `label-grid-failed`, role: "alert" }, label.icon("circle-alert"), el("strong", {}, fact), ` ${why} `, button));
    }

    function count(text) {
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
        if (!api || !entry) return;
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
        rereading = setTimeout(() => isShown() && read(), REREAD_MS);
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
        if (!api) return;
        const before = now;
        now = label.state.current ? label.state.current.key : null;
        [before, now].forEach(function (key) {
            const node = key && api.getRowNode(key);
            if (node) node.updateData({ key });
        });
        const node = now && isShown() && api.getRowNode(now);
        if (node && node.displayed) api.ensureNodeVisible(node);
    }

    /* ---------------------------------------------------------------- the grid's own events */

    function attach(found) {
        api = found;
        api.setGridOption("rowClassRules", { "label-grid-now": ({ data }) => Boolean(label.state.current && data && data.key === label.state.current.key) });
        api.setGridOption("tabToNextCell", ({ editing, nextCellPosition }) => (editing ? nextCellPosition : false)); // arrows move in it
        const on = (name, listener) => api.addEventListener(name, listener);
        on("cellFocused", focused);
        on("cellDoubleClicked", ({ column, data }) => jump(column, data));
        on("cellKeyDown", typed);
        on("selectionChanged", () => label.gridEdit.drawBar());
        on("filterChanged", () => (count(), label.gridEdit.drawBar()));
        ["columnMoved", "columnPinned", "columnVisible", "columnResized", "sortChanged"].forEach((name) => on(name, ({ source }) => source !== "api" && source !== "gridOptionsChanged" && keepSoon()));
        api.setGridOption("quickFilterText", byId("label-grid-search").value);
    }

    /* Keys of the page are off in the table; what a table has by custom works. */
    function typed({ event, column, data }) {
        if (api.getEditingCells().length) return;
        if (event.key === "Enter") jump(column, data);
        if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z") label.run("undo");
    }

    let keeping = 0;
    function keepSoon() {
        clearTimeout(keeping);
        keeping = setTimeout(() => api && label.isOpen() && label.gridColumns.keep(api), 200);
    }

    function focused({ rowIndex }) {
        const node = Number.isInteger(rowIndex) ? api.getDisplayedRowAtIndex(rowIndex) : null;
        const entry = node && entries.get(node.data.key);
        if (entry && entry.item !== label.state.current) label.go(entry.item.at);
    }

    /* Enter or a double click on what cannot be edited: this spectrum, large. */
    function jump(column, data) {
        if (!column || !data || column.getColDef().editable) return;
        const entry = entries.get(data.key);
        if (!entry) return;
        show("spectrum");
        label.go(entry.item.at);
    }

    /* ---------------------------------------------------------------- tools */

    function drawTools() {
        const input = el("input", { type: "search", id: "label-grid-search", class: "form-control", placeholder: "Search every column", "aria-label": "Search the table", autocomplete: "off" });
        input.addEventListener("input", function () {
            if (api) api.setGridOption("quickFilterText", input.value);
            count();
        });
        label.fill("label-grid-search-host", label.icon("search"), input);
    }

    function clear() {
        byId("label-grid-search").value = "";
        api.setFilterModel(null);
        api.setGridOption("quickFilterText", "");
        count();
        byId("label-grid-search").focus();
    }

    Object.assign(label.commands, { "grid-clear": clear });

    document.addEventListener("toggle", (event) => event.target.matches && event.target.matches(".label-grid-export[open]") && label.gridExport.draw(), true);

    label.grid = {
        api: () => api,
        selected: () => (api ? api.getSelectedNodes().map((node) => entries.get(node.data.key)).filter(Boolean).map(({ item }) => item) : []),
        shownKeys() {
            const keys = new Set();
            if (api) api.forEachNodeAfterFilter((node) => keys.add(node.data.key));
            return keys;
        },
        clearSelection: () => api && api.deselectAll(),
    };

    label.on("start", function () {
        drawTools();
        show(byId("label-page").dataset.view);
    });
    label.on("queue", () => isShown() && open());
    label.on("view", function ({ name }) {
        if (name !== "guess" || !api) return;
        api.refreshCells({ force: true });
        api.onFilterChanged(); // a hidden guess sorts and filters nothing
    });
    label.on("stop", function () {
        asked += 1;
        clearTimeout(rereading);
        [api, coming, loaded, isWaitingForStore] = [null, null, null, false];
        entries = new Map();
    });
})();
