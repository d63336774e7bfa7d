/* Which results are meant: all of the query, all but some, or some. */
(function () {
    "use strict";
    const candidates = window.spectrolabe.candidates;
    const heads = new Set();
    let isAll = false;
    let marked = new Map(); // key -> row: those meant, or, with isAll, those left out
    let last = null;

    function changed() {
        heads.forEach((draw) => draw());
        candidates.emit("chosen");
    }

    candidates.chosen = {
        heads,
        has: (row) => isAll !== marked.has(row.key),
        set(row, isOn, isRange, at, api) {
            const rows = [row];
            if (isRange && last !== null) {
                const [from, to] = [Math.min(last, at), Math.max(last, at)];
                for (let k = from; k <= to; k += 1) {
                    const node = api.getDisplayedRowAtIndex(k);
                    if (node && node.data) rows.push(node.data);
                }
            }
            last = at;
            rows.forEach((one) => (isOn === isAll ? marked.delete(one.key) : marked.set(one.key, one)));
            changed();
        },
        setAll(isOn) {
            isAll = isOn;
            marked = new Map();
            changed();
        },
        /* n: rows that are meant; without any choice that is every result. */
        state() {
            const total = candidates.state.total || 0;
            const n = isAll ? total - marked.size : marked.size;
            return { isAll: isAll && !marked.size, isSome: marked.size > 0, isExplicit: isAll || marked.size > 0, n: isAll || marked.size ? n : total, marked: [...marked.values()], isWithout: isAll };
        },
        /* What the server is told beside the query. */
        asked() {
            const ids = [...marked.values()].map((one) => one.id);
            if (!ids.length) return {};
            return isAll ? { without: ids } : { only: ids };
        },
    };

    candidates.on("query", function () {
        [isAll, marked, last] = [false, new Map(), null];
        changed();
    });
})();
