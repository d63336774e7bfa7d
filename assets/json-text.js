/* The text of a JSON object, in which single values are changed: order, layout and all else stay as they were typed. */
(function () {
    "use strict";
    const spectrolabe = (window.spectrolabe = window.spectrolabe || {});

    function parseObject(text) {
        try {
            const value = JSON.parse(text);
            return value !== null && typeof value === "object" && !Array.isArray(value) ? value : null;
        } catch (error) {
            return null;
        }
    }

    function skipBlank(text, at) {
        while (at < text.length && " \t\n\r".includes(text[at])) at += 1;
        return at;
    }

    function skipString(text, at) {
        for (at += 1; text[at] !== '"'; at += 1) if (text[at] === "\\") at += 1;
        return at + 1;
    }

    function skipValue(text, at) {
        let depth = 0;
        for (; at < text.length; at += 1) {
            if (text[at] === '"') {
                at = skipString(text, at) - 1;
            } else if ("{[".includes(text[at])) {
                depth += 1;
            } else if ("}]".includes(text[at])) {
                if (depth === 0) return at;
                depth -= 1;
            } else if (text[at] === "," && depth === 0) {
                return at;
            }
        }
        return at;
    }

    /* Where each key of a valid object stands in its text. */
    function entriesOf(text) {
        const entries = [];
        let at = skipBlank(text, text.indexOf("{") + 1);
        while (text[at] === '"') {
            const start = at;
            at = skipString(text, at);
            const name = JSON.parse(text.slice(start, at));
            at = skipBlank(text, skipBlank(text, at) + 1);
            const valueStart = at;
            const stop = skipValue(text, at);
            const value = text.slice(valueStart, stop).trimEnd();
            entries.push({ name, start, valueStart, valueEnd: valueStart + value.length });
            at = text[stop] === "," ? skipBlank(text, stop + 1) : stop;
        }
        return { entries, open: text.indexOf("{"), close: at };
    }

    function written(value, before, indent) {
        const isInline = Array.isArray(value) && (before === null || !before.includes("\n"));
        if (isInline) return "[" + value.map((one) => JSON.stringify(one)).join(", ") + "]";
        return JSON.stringify(value, null, 2).replace(/\n/g, "\n" + indent);
    }

    function withValue(text, names, value) {
        const { entries, open, close } = entriesOf(text);
        const found = entries.filter((entry) => names.includes(entry.name)).pop();
        if (value === undefined) return found ? without(text, entries, found) : text;
        if (found) {
            const indent = /[ \t]*$/.exec(text.slice(0, found.start).split("\n").pop())[0];
            const before = text.slice(found.valueStart, found.valueEnd);
            return text.slice(0, found.valueStart) + written(value, before, indent) + text.slice(found.valueEnd);
        }
        const line = '\n  "' + names[0] + '": ' + written(value, null, "  ");
        if (!entries.length) return text.slice(0, open + 1) + line + "\n" + text.slice(close);
        const last = entries[entries.length - 1].valueEnd;
        return text.slice(0, last) + "," + line + text.slice(last);
    }

    function without(text, entries, entry) {
        const place = entries.indexOf(entry);
        if (place > 0) return text.slice(0, entries[place - 1].valueEnd) + text.slice(entry.valueEnd);
        if (entries.length > 1) return text.slice(0, entry.start) + text.slice(entries[1].start);
        return text.slice(0, entry.start) + text.slice(entry.valueEnd);
    }

    spectrolabe.jsonText = { parseObject, withValue };
})();
