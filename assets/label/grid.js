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
    let api = null;
    let coming = null;
    let loaded = null; // the queue whose rows were read

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
            label.gridRows.notice("The table could not be loaded.", "Load the page again.", () => window.location.reload());
            return;
        }
        if (!isShown() || queue !== label.state.queue || loaded === queue) return;
        loaded = queue;
        label.gridRows.draw();
        label.gridRows.read();
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
        on("filterChanged", () => (label.gridRows.count(), label.gridEdit.drawBar(), keepSoon()));
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
        keeping = setTimeout(keepNow, 200);
    }

    function keepNow() {
        clearTimeout(keeping);
        keeping = 0;
        if (api && label.isOpen()) label.gridColumns.keep(api);
    }

    function focused({ rowIndex }) {
        const node = Number.isInteger(rowIndex) ? api.getDisplayedRowAtIndex(rowIndex) : null;
        const entry = node && label.gridRows.get(node.data.key);
        if (entry && entry.item !== label.state.current) label.go(entry.item.at);
    }

    /* Enter or a double click on what cannot be edited: this spectrum, large. */
    function jump(column, data) {
        if (!column || !data) return;
        const { editable } = column.getColDef();
        if (editable === true || (editable && editable({ data }))) return;
        const entry = label.gridRows.get(data.key);
        if (!entry) return;
        show("spectrum");
        label.go(entry.item.at);
    }

    /* ---------------------------------------------------------------- tools */

    function drawTools() {
        const input = el("input", { type: "search", id: "label-grid-search", class: "form-control", placeholder: "Search every column", "aria-label": "Search the table", autocomplete: "off" });
        input.addEventListener("input", function () {
            if (api) api.setGridOption("quickFilterText", input.value);
            label.gridRows.count();
        });
        label.fill("label-grid-search-host", label.icon("search"), input);
    }

    function clear() {
        byId("label-grid-search").value = "";
        api.setFilterModel(null);
        api.setGridOption("quickFilterText", "");
        label.gridRows.count();
        byId("label-grid-search").focus();
    }

    Object.assign(label.commands, { "grid-clear": clear });

    document.addEventListener("toggle", (event) => event.target.matches && event.target.matches(".label-grid-export[open]") && label.gridExport.draw(), true);

    label.grid = {
        api: () => api,
        isShown,
        selected: () => (api ? api.getSelectedNodes().map((node) => label.gridRows.get(node.data.key)).filter(Boolean).map(({ item }) => item) : []),
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
    /* Cards instead of columns, and back. */
    window.addEventListener("pagehide", () => keeping && keepNow()); // who leaves at once loses no filter
    window.matchMedia(label.gridColumns.NARROW).addEventListener("change", () => api && isShown() && label.gridRows.draw());

    label.on("stop", function () {
        label.gridRows.clear();
        [api, coming, loaded] = [null, null, null];
    });
})();
