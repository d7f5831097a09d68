import type { FilterSpecification, StyleSpecification } from "maplibre-gl";
import type { Places } from "../../api/types";

export type Ink = Record<"ground" | "line" | "text" | "halo" | "action", string>;

/** The page's colours as the map needs them: it draws on a canvas, where CSS variables do not reach. */
export function inkOf(element: Element): Ink {
  const tokens = getComputedStyle(element);
  const token = (name: string) => tokens.getPropertyValue(`--x-${name}`).trim();
  return {
    ground: token("ground"),
    line: token("text-3"),
    text: token("text-2"),
    halo: token("ground"),
    action: token("action"),
  };
}

/** Below this zoom a cell is smaller than a finger and the server sends empty tiles. */
export const CELLS_FROM = 13;
const NO_CELL = "";

/**
 * No base map: cells as hairlines, streets and communities as names at their centres. `origin` is ours, as tiles need an
 * absolute address. Layer "cell" is the one chosen cell (`onlyCell`).
 */
export function mapStyle(ink: Ink, origin: string, places: Places | null): StyleSpecification {
  const label = (size: number, minzoom: number, maxzoom: number, whole: boolean) => ({
    id: whole ? "streets" : "communities",
    type: "symbol" as const,
    source: "places",
    minzoom,
    maxzoom,
    filter: ["==", ["get", "whole"], whole] as ["==", ["get", string], boolean],
    layout: { "text-field": ["get", "name"] as ["get", string], "text-size": size, "text-padding": 4 },
    paint: { "text-color": ink.text, "text-halo-color": ink.halo, "text-halo-width": 2 },
  });
  return {
    version: 8,
    sources: {
      cells: {
        type: "vector",
        tiles: [`${origin}/api/v1/tiles/cells/{z}/{x}/{y}`],
        minzoom: CELLS_FROM,
        maxzoom: 16,
      },
      places: { type: "geojson", data: placePoints(places) },
    },
    layers: [
      { id: "ground", type: "background", paint: { "background-color": ink.ground } },
      {
        id: "cell",
        type: "fill",
        source: "cells",
        "source-layer": "cells",
        filter: onlyCell(null),
        paint: { "fill-color": ink.action, "fill-opacity": 0.3 },
      },
      {
        id: "cells",
        type: "line",
        source: "cells",
        "source-layer": "cells",
        paint: { "line-color": ink.line, "line-width": 0.5, "line-opacity": 0.6 },
      },
      label(15, 8, 13.5, true),
      label(13, 11.5, 18, false),
    ],
  };
}

/** The filter of layer "cell". */
export const onlyCell = (code: string | null): FilterSpecification => [
  "==",
  ["get", "code"],
  code ?? NO_CELL,
];

function placePoints(places: Places | null) {
  const point = (row: { name: string; lon: number | null; lat: number | null }, whole: boolean) =>
    row.lon === null || row.lat === null
      ? []
      : [
          {
            type: "Feature" as const,
            properties: { name: row.name, whole },
            geometry: { type: "Point" as const, coordinates: [row.lon, row.lat] },
          },
        ];
  const features = (places?.streets ?? []).flatMap((street) => [
    ...point(street, true),
    ...street.communities.flatMap((community) => point(community, false)),
  ]);
  return { type: "FeatureCollection" as const, features };
}
