/* Figures follow the theme: they come in light colors, and each color has its dark one. Downloads are light, on white. */
(function () {
    "use strict";
    const spectrolabe = (window.spectrolabe = window.spectrolabe || {});
    // Light and dark, as in callbacks/theme.py; a test compares the two.
    const COLORS = [
        ["#ffffff", "#1a1917"], // surface
        ["#eef1f5", "#24221f"], // surface-2
        ["#131b28", "#eae5db"], // text
        ["#465062", "#b9b2a6"], // text-2
        ["#626c7e", "#968f83"], // text-3
        ["#dfe3ea", "#312e2a"], // line
        ["#7f8a9b", "#787166"], // control
        ["#7f5606", "#e2b35c"], // accent
        ["#c8a25a", "#7c6334"], // accent-line
        ["#b3261e", "#f28b7d"], // danger
        ["#1c6b3c", "#86c79a"], // success
        ["#4b52a8", "#aab2f5"], // uncertain
        ["#0b6770", "#6cc3c4"], // random
        ["#94306b", "#f2a2cb"], // candidate
        ["#1a2638", "#efe9dd"], // trace
        ["rgba(26, 38, 56, 0.13)", "rgba(234, 229, 219, 0.16)"], // band
        ["#e9ecf1", "#282622"], // grid
        ["#57524e", "#8f867e"], // class-1
        ["#c8501a", "#e07a4f"], // class-2
        ["#3a53b8", "#6490e0"], // class-3
        ["#009683", "#91eab4"], // class-4
        ["#7a1464", "#e6c5fe"], // class-5
        ["#8f8446", "#f2d878"], // class-6
        ["#2e7ba6", "#57c1d8"], // class-7
        ["#6b0a12", "#f59baa"], // class-8
        ["#211b7e", "#a7a2fa"], // class-9
        ["#3f7030", "#b1c275"], // class-10
        ["#c05a78", "#d79ab4"], // class-11
        ["#7a5618", "#a07b50"], // class-12
    ];
    const MAPS = {
        dark: new Map(COLORS),
        light: new Map(COLORS.map(([light, dark]) => [dark, light])),
    };
    let plotly;

    /* A copy in the colors of a theme. Arrays of numbers and binary data stay as they are. */
    function colored(value, map) {
        if (typeof value === "string") return map.get(value) || map.get(value.toLowerCase()) || value;
        if (Array.isArray(value)) {
            return typeof value[0] === "number" ? value : value.map((item) => colored(item, map));
        }
        if (value === null || typeof value !== "object" || ArrayBuffer.isView(value) || value.bdata) return value;
        return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, colored(item, map)]));
    }

    function themed(figure, theme) {
        const map = MAPS[theme || spectrolabe.theme()];
        return { ...figure, data: colored(figure.data, map), layout: colored(figure.layout, map) };
    }

    function fileName(gd) {
        const card = gd.closest(".panel");
        const title = card && card.querySelector(".card-title");
        return `spectrolabe-${(title ? title.textContent : "figure").trim().toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-")}`;
    }

    function download(gd, format) {
        const figure = themed({ data: gd.data, layout: gd.layout }, "light");
        figure.layout = { ...figure.layout, paper_bgcolor: "#ffffff", autosize: false };
        const size = { width: gd.offsetWidth, height: gd.offsetHeight };
        plotly.downloadImage(figure, { ...size, format: format, scale: format === "png" ? 2 : 1, filename: fileName(gd) });
    }

    function configured(config) {
        if (!config || config.displayModeBar === false || config.staticPlot || config.modeBarButtons) return config;
        const save = (format, icon) => ({
            name: `save-${format}`,
            title: `Save as ${format.toUpperCase()}`,
            icon: plotly.Icons[icon],
            click: (gd) => download(gd, format),
        });
        const buttons = [["zoom2d", "pan2d", "resetScale2d"], [save("png", "camera"), save("svg", "disk")]];
        return { ...config, modeBarButtons: buttons };
    }

    /* The drawing is one image to screen readers, named by the sentence beside it. */
    function named(gd) {
        const group = gd.closest("[role='group'][aria-labelledby]");
        if (!group) return;
        gd.querySelectorAll(".main-svg").forEach(function (svg, number) {
            svg.setAttribute(...(number ? ["aria-hidden", "true"] : ["role", "img"]));
            if (!number) svg.setAttribute("aria-labelledby", group.getAttribute("aria-labelledby"));
        });
    }

    const drawn = (promise, gd) => promise.then((result) => (named(gd), result));

    /* dcc.Graph draws with Plotly.newPlot and Plotly.react, with one figure or with data, layout and config. */
    function wrapped(draw) {
        return function (gd, figure, layout, config) {
            if (Array.isArray(figure) || layout || config) {
                const made = themed({ data: figure, layout: layout || {} });
                return drawn(draw.call(plotly, gd, made.data, made.layout, configured(config)), gd);
            }
            return drawn(draw.call(plotly, gd, { ...themed(figure), config: configured(figure.config) }), gd);
        };
    }

    function take(loaded) {
        plotly = loaded;
        if (!loaded || loaded.isSpectrolabe) return;
        loaded.isSpectrolabe = true;
        loaded.newPlot = wrapped(loaded.newPlot);
        loaded.react = wrapped(loaded.react);
    }

    if (window.Plotly) take(window.Plotly);
    else Object.defineProperty(window, "Plotly", { configurable: true, get: () => plotly, set: take });

    document.addEventListener("spectrolabe:theme", function () {
        document.querySelectorAll(".js-plotly-plot").forEach(function (gd) {
            if (plotly && gd.data) plotly.react(gd, gd.data, gd.layout);
        });
    });
})();
