/* The results as a table: rows come in blocks as one scrolls, also the last of millions; order, columns, keys.
 *
 *   candidates.grid.api() -> the api of ag-grid, null before it is loaded
 *   candidates.grid.rowAt(index), .show(index)
 */
(function () {
    "use strict";
    const candidates = window.spectrolabe.candidates;
    const { byId, el } = candidates;
    const TABLE = "candidates-table";
    const NARROW = window.matchMedia("(max-width: 699.98px)");
    const OWN = { sortable: false, resizable: false, suppressMovable: true, suppressHeaderMenuButton: true };
    const WIDTHS = { id: 196, "@p_candidate": 74, "@probability": 98, "@entropy": 84, "@margin": 84, "@predicted": 138, "@label": 132, subclass: 96, class: 96 };
    let api = null;
    let coming = null;
    let asked = 0;
    let current = null; // the datasource in use
    let watching = 0;

    /* ---------------------------------------------------------------- columns */

    const shown = () => candidates.state.columns || candidates.state.about.columns;

    function columnOf(name) {
        const { cells } = candidates;
        if (name === "window") {
            return { ...OWN, colId: name, headerName: candidates.state.about.window_title, flex: 1, minWidth: 150, resizable: true, suppressMovable: false, cellRenderer: cells.Picture, headerComponent: cells.Head, headerComponentParams: { field: name } };
        }
        const field = candidates.fieldOf(name) || { title: name, type: "string" };
        const isNumber = field.type === "number" || field.type === "integer";
        const isClass = candidates.isClassField(name);
        const made = {
            colId: name, headerName: field.short || field.title, sortable: true, resizable: true, suppressHeaderMenuButton: true, sortingOrder: isNumber ? ["desc", "asc", null] : ["asc", "desc", null],
            width: WIDTHS[name] || (isNumber ? (/^(mag|snr)/.test(name) ? 84 : 104) : 140), valueGetter: ({ data }) => (data ? data[name] : undefined),
            cellRenderer: name === "id" ? cells.Name : isClass ? cells.Class : cells.Text, cellRendererParams: { field: name, words: wordsOf(field) },
            cellClass: isNumber ? "candidates-number" : "", headerComponent: cells.Head, comparator: () => 0,
            headerComponentParams: { field: name, isNumber, isSortable: true, tip: [field.name, field.description, field.unit && `in ${field.unit}`].filter(Boolean).join(", ") },
            suppressHeaderKeyboardEvent: ({ event }) => event.altKey && event.key === "ArrowDown" && (candidates.filterColumn(name), true),
        }; // prettier-ignore
        if (name === "id") Object.assign(made, { pinned: "left", lockVisible: true });
        return made;
    }

    /* Digits by what a field is, the same in every row. */
    function wordsOf({ name, type }) {
        if (type === "time") return (value) => String(value).slice(0, 10);
        if (type !== "number") return null;
        const digits = { "@p_candidate": 3, "@probability": 3, "@entropy": 2, "@margin": 3, ra: 5, dec: 5, z: 5, z_err: 5 }[name];
        if (digits !== undefined) return (value) => candidates.decimal(value, digits);
        if (/^snr/.test(name)) return (value) => candidates.decimal(value, Math.abs(value) < 10 ? 1 : 0);
        return /^mag/.test(name) ? (value) => candidates.decimal(value, 2) : candidates.short;
    }

    function definitions() {
        const { cells } = candidates;
        const choice = { ...OWN, colId: "choice", headerName: "", width: 44, pinned: "left", lockPosition: "left", cellRenderer: cells.Choice, headerComponent: cells.AllHead };
        if (NARROW.matches) return [{ ...choice, width: 40 }, { ...OWN, colId: "card", headerName: "Results", flex: 1, cellRenderer: cells.Card, headerComponent: cells.Head }];
        const sorted = candidates.state.sort;
        return [choice, ...shown().map(function (name) {
            const at = sorted.findIndex((one) => one.field === name);
            return { ...columnOf(name), sort: at < 0 ? null : sorted[at].descending ? "desc" : "asc", sortIndex: at < 0 ? null : at };
        })]; // prettier-ignore
    }

    const kept = () => `widths-${candidates.state.session || candidates.state.index.join()}`;

    function drawColumns() {
        if (!api) return;
        api.setGridOption("rowHeight", NARROW.matches ? 60 : 40);
        api.setGridOption("headerHeight", 34);
        api.setGridOption("maintainColumnOrder", false);
        api.setGridOption("columnDefs", definitions());
        const widths = candidates.remembered(kept(), {});
        const state = Object.entries(widths).map(([colId, one]) => ({ colId, ...one }));
        if (state.length && !NARROW.matches) api.applyColumnState({ state });
    }

    /* What is asked of each row. */
    const fields = () => {
        const of = NARROW.matches ? ["@p_candidate", "@predicted", "@label"].filter((name) => candidates.fieldOf(name)) : shown();
        const also = ["@answer", "@set"].filter((name) => candidates.fieldOf(name));
        return [...new Set([...of.filter((name) => name !== "id" && name !== "window"), ...also])];
    };

    /* ---------------------------------------------------------------- rows */

    function datasource() {
        const { signal, isLatest } = candidates.latest("rows");
        return {
            async getRows({ startRow, endRow, successCallback, failCallback }) {
                try {
                    const body = candidates.question({ start: startRow, size: endRow - startRow, sort: candidates.state.sort, columns: fields() });
                    const answer = await candidates.ask("rows", body, { signal });
                    if (!isLatest()) return void failCallback();
                    successCallback(answer.rows, answer.total);
                    said(answer);
                } catch (error) {
                    failCallback(); // whatever it was: the grid counts what has not been answered
                    if (error.name !== "AbortError" && isLatest()) candidates.emit("trouble", { error });
                }
                return undefined;
            },
        };
    }

    function said(answer) {
        Object.assign(candidates.state, { total: answer.total, all: answer.all, ms: answer.ms, stars: answer.stars });
        candidates.emit("count");
        none(answer.total === 0);
    }

    /* Dash gives the grid a datasource of its own whenever it thinks it ready; ours takes its place again. */
    function serve() {
        current = datasource();
        api.setGridOption("datasource", current);
        clearInterval(watching);
        let left = 100;
        watching = setInterval(function () {
            left -= 1;
            if (!left || !api || api.isDestroyed()) clearInterval(watching);
            else if (api.getGridOption("datasource") !== current) api.setGridOption("datasource", current);
        }, 100);
    }

    async function refresh() {
        if (!candidates.state.about) return;
        const mine = (asked += 1);
        if (!(await ready()) || mine !== asked) return;
        drawSort();
        serve();
        api.ensureIndexVisible(0, "top");
        api.refreshHeader();
    }

    /* ---------------------------------------------------------------- nothing found */

    async function none(isNone) {
        const place = byId("candidates-none");
        place.hidden = !isNone;
        byId("candidates-grid-host").classList.toggle("is-hidden", isNone);
        if (!isNone) return;
        const { chips } = candidates.state;
        const head = [candidates.icon("search-x"), el("h2", { class: "empty-title" }, "No spectrum matches")];
        head[0].style.setProperty("--icon-size", "26px");
        const clear = candidates.button("Clear the search", { kind: "outline", "data-act": "clear" });
        const draw = (text, ...buttons) => candidates.fill(place, el("div", { class: "empty-state" }, ...head, el("p", { class: "empty-text" }, text), el("div", { class: "empty-actions candidates-drops" }, ...buttons)));
        if (!chips.length) return draw("The index has no rows yet.");
        draw(`All ${candidates.several(chips.length, "condition")} together leave nothing.`, clear);
        if (chips.length < 2) return;
        const { signal, isLatest } = candidates.latest("drops");
        try {
            const { drops } = await candidates.ask("drops", candidates.question(), { signal });
            if (!isLatest() || candidates.state.total !== 0) return;
            const useful = drops.filter((one) => one.n > 0).sort((a, b) => b.n - a.n);
            const buttons = useful.slice(0, 4).map((one) => candidates.button(`Without ${one.name}: ${candidates.several(one.n, "spectrum", "spectra")}`, { kind: "outline" }, () => candidates.edit({ kind: "drop", number: one.number })));
            draw(useful.length ? "Without one of these conditions there are some:" : "No single condition is to blame: leave out several.", ...buttons, clear);
        } catch (error) {
            /* the way back is there without */
        }
    }

    /* ---------------------------------------------------------------- the grid itself */

    function ready() {
        if (api && !api.isDestroyed()) return Promise.resolve(true);
        coming = coming || make();
        return coming;
    }

    async function make() {
        const end = Date.now() + 20000;
        while (Date.now() < end && candidates.isOpen()) {
            let found = null;
            try {
                found = window.dash_ag_grid.getApi(TABLE);
            } catch (error) {
                found = null; // not there yet
            }
            if (found && !found.isDestroyed() && found.getGridOption("datasource")) return attach(found);
            await new Promise((done) => setTimeout(done, 30));
        }
        coming = null;
        return false;
    }

    function attach(found) {
        api = found;
        coming = null;
        const on = (name, listener) => api.addEventListener(name, listener);
        api.setGridOption("rowClassRules", { "candidates-now": ({ data }) => Boolean(data && candidates.spectrum.isShown(data)) });
        api.setGridOption("tabToNextCell", () => false); // arrows move in it, Tab leaves it
        api.setGridOption("tabToNextHeader", () => false);
        drawColumns();
        on("cellClicked", ({ column, rowIndex, data }) => data && column.getColId() !== "choice" && candidates.spectrum.open(rowIndex));
        on("cellKeyDown", typed);
        on("sortChanged", sorted);
        on("columnMoved", ({ finished, source }) => finished && source !== "api" && arranged());
        on("columnVisible", ({ source }) => source !== "api" && source !== "gridOptionsChanged" && arranged());
        ["columnResized", "columnPinned"].forEach((name) => on(name, ({ source, finished }) => finished !== false && /^ui|api.*Pinned/.test(source) && keepWidths()));
        NARROW.addEventListener("change", renew);
        return true;
    }

    function renew() {
        if (!api || api.isDestroyed() || !candidates.isOpen()) return;
        drawColumns();
        refresh();
    }

    function typed({ event, column, rowIndex, data, api: grid }) {
        if (!data) return;
        const isChoice = column.getColId() === "choice";
        if (event.key === "Enter" || (event.key === " " && !isChoice)) {
            event.preventDefault();
            candidates.spectrum.open(rowIndex);
        } else if ((event.key === " " && isChoice) || event.key.toLowerCase() === "x") {
            event.preventDefault();
            candidates.chosen.set(data, !candidates.chosen.has(data), event.shiftKey, rowIndex, grid);
        } else if (event.key === "End" && event.ctrlKey) show(candidates.state.total - 1);
    }

    function sorted({ source }) {
        if (source === "api" || source === "gridOptionsChanged") return;
        const state = api.getColumnState().filter((one) => one.sort);
        state.sort((one, other) => one.sortIndex - other.sortIndex);
        const wanted = state.map((one) => ({ field: one.colId, descending: one.sort === "desc" }));
        candidates.state.sort = wanted.length ? wanted : candidates.state.about.sort;
        candidates.state.isSorted = wanted.length > 0;
        candidates.keep(false);
        refresh();
    }

    /* The arrows follow the order; heads that are no columns here leave them alone. */
    function drawSort() {
        const { sort } = candidates.state;
        const state = sort.map((one, k) => ({ colId: one.field, sort: one.descending ? "desc" : "asc", sortIndex: k }));
        api.applyColumnState({ state, defaultState: { sort: null } });
    }

    function arranged() {
        if (NARROW.matches) return;
        const names = api.getAllDisplayedColumns().map((one) => one.getColId()).filter((name) => name !== "choice"); // prettier-ignore
        if (names.join() === shown().join()) return;
        setColumns(names, true);
    }

    function setColumns(names, isDrawn) {
        const isNew = names && names.some((name) => !shown().includes(name));
        candidates.state.columns = names;
        candidates.keep(false);
        if (!isDrawn) drawColumns();
        if (isNew || names === null) serve();
    }

    function keepWidths() {
        const state = api.getColumnState().filter((one) => !["choice", "card"].includes(one.colId));
        candidates.remember(kept(), Object.fromEntries(state.map((one) => [one.colId, { width: one.width, pinned: one.pinned }])));
    }

    function show(index) {
        if (!api || index < 0) return;
        api.ensureIndexVisible(index);
        const [column] = api.getAllDisplayedColumns().filter((one) => one.getColId() !== "choice"); // prettier-ignore
        if (column) api.setFocusedCell(index, column);
    }

    candidates.grid = {
        api: () => api,
        rowAt: (index) => (api && api.getDisplayedRowAtIndex(index) ? api.getDisplayedRowAtIndex(index).data || null : null),
        show,
        shown,
        setColumns,
        forgetWidths: () => (candidates.remember(kept(), {}), candidates.grid.setColumns(null)),
        pin(name, isOn) {
            api.setColumnsPinned([name], isOn ? "left" : null);
            keepWidths();
        },
        isPinned: (name) => Boolean(api.getColumn(name) && api.getColumn(name).isPinned()),
        refreshChoices: () => api && !api.isDestroyed() && api.refreshCells({ columns: ["choice"], force: true }),
        /* The row whose spectrum is shown is marked. */
        refreshNow: () => api && !api.isDestroyed() && api.redrawRows({ rowNodes: api.getRenderedNodes() }),
        redraw: () => api && !api.isDestroyed() && api.redrawRows(),
        reload: () => api && !api.isDestroyed() && api.refreshInfiniteCache(),
        refresh,
    };

    candidates.on("about", () => ready().then((isReady) => isReady && drawColumns()));
    candidates.on("query", refresh);
    candidates.on("labels", () => candidates.grid.reload());
    candidates.on("chosen", () => candidates.grid.refreshChoices());
    candidates.on("stop", function () {
        asked += 1;
        NARROW.removeEventListener("change", renew);
        clearInterval(watching);
        [api, coming] = [null, null];
    });
})();
