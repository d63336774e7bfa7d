/* What was done, for six seconds, with an undo where there is one. */
(function () {
    "use strict";
    const clientside = (window.dash_clientside = window.dash_clientside || {});
    const SECONDS = 6;

    clientside.toasts = {
        show: function (data) {
            if (data) showToast(data);
        },
    };

    function icon(name) {
        const span = document.createElement("span");
        span.className = "icon";
        span.setAttribute("aria-hidden", "true");
        span.style.setProperty("--icon", `url("${new URL(`assets/icons/${name}.svg`, document.baseURI)}")`);
        return span;
    }

    function showToast(data) {
        const line = document.createElement("div");
        line.className = `toast-line toast-${data.kind}`;
        if (data.kind !== "plain") line.append(icon(data.kind === "people" ? "users" : "check"));
        const words = document.createElement("span");
        words.className = "toast-words";
        words.textContent = data.text;
        line.append(words);
        if (data.action) line.append(toastButton(data, line));
        document.getElementById("shell-toasts").append(line);
        let timer = setTimeout(() => line.remove(), SECONDS * 1000);
        // Who points at it or is in it with the keyboard has the time they need.
        ["mouseenter", "focusin"].forEach((name) => line.addEventListener(name, () => clearTimeout(timer)));
        ["mouseleave", "focusout"].forEach((name) =>
            line.addEventListener(name, () => {
                clearTimeout(timer);
                timer = setTimeout(() => line.remove(), (SECONDS * 1000) / 2);
            })
        );
    }

    function toastButton(data, line) {
        const button = document.createElement("button");
        button.type = "button";
        button.className = "button button-plain button-small";
        button.textContent = data.action;
        button.addEventListener("click", function () {
            if (data.run) data.run(); // scripts hand over a function, callbacks a target
            else clientside.set_props(parsedId(data.target), { data: data.data });
            line.remove();
        });
        return button;
    }

    function parsedId(id) {
        return id.startsWith("{") ? JSON.parse(id) : id;
    }
})();
