import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { Area, AreaRule } from "./area";
import { LocalRoutes } from "./routeIn";

const rule = (change: Partial<AreaRule>): AreaRule => ({
  code: "R",
  priority: 0,
  area_kind: "district",
  area_code: "1",
  cells: null,
  cells_from: null,
  cells_to: null,
  class_prefix: "",
  squad: "T",
  reason: "",
  valid_from: "2026-01-01",
  valid_to: null,
  ...change,
});

/** Two squares side by side, A from 0,0 to 1,1 and B from 1,0 to 2,1. */
const area = (...rules: AreaRule[]): Area => ({
  day: "2026-11-24",
  corners: [0, 0, 1, 0, 1, 1, 0, 1, 2, 0, 2, 1],
  cells: [
    { code: "B", community: "C1", duty_grids: [], rings: [[1, 4, 5, 2]] },
    { code: "A", community: "C1", duty_grids: ["G"], rings: [[0, 1, 2, 3]] },
  ],
  duty_grids: [{ code: "G", name: "一号" }],
  communities: [{ code: "C1", name: "甲社区", street: "S1", street_name: "甲街道" }],
  squads: [
    { code: "T", name: "甲中队" },
    { code: "Z", name: "直属中队" },
    { code: "F", name: "值班中队" },
  ],
  rules,
  fallback_squad: "F",
});

const squadAt = (lon: number, category: string | null, day: string, ...rules: AreaRule[]) =>
  new LocalRoutes(area(...rules)).at({ lon, lat: 0.5 }, category, day)?.squad.name;
const DAY = "2026-11-24";

test("a point on a shared edge takes the lowest code, one outside none", () => {
  const routes = new LocalRoutes(area(rule({})));
  expect(routes.at({ lon: 1, lat: 0.5 }, null, DAY)?.cell).toBe("A");
  expect(routes.at({ lon: 1.01, lat: 0.5 }, null, DAY)?.cell).toBe("B");
  expect(routes.at({ lon: 2, lat: 1 }, null, DAY)?.cell).toBe("B");
  expect(routes.at({ lon: 2.01, lat: 0.5 }, null, DAY)).toBeNull();
});

test("rules are read in the server's order: priority, area, class, date", () => {
  const street = rule({ area_kind: "street", area_code: "S1" });
  const dust = rule({ code: "D", class_prefix: "E0304", squad: "Z" });
  expect(squadAt(0.5, "E0304", DAY, dust, street)).toBe("甲中队");
  expect(squadAt(0.5, "E0304", DAY, { ...dust, priority: 5 }, street)).toBe("直属中队");
  expect(squadAt(0.5, "E0110", DAY, { ...dust, priority: 5 }, street)).toBe("甲中队");
  expect(squadAt(0.5, "E0110", DAY)).toBe("值班中队");
});

test("a rule about cells holds in those cells and while their duty grid does", () => {
  const own = rule({
    area_kind: "cells",
    area_code: "G",
    cells: ["A"],
    squad: "Z",
    cells_from: "2026-01-01",
  });
  const street = rule({ area_kind: "street", area_code: "S1" });
  expect(squadAt(0.5, null, DAY, own, street)).toBe("直属中队");
  expect(squadAt(1.5, null, DAY, own, street)).toBe("甲中队");
  expect(squadAt(0.5, null, DAY, { ...own, cells_to: "2026-11-23" }, street)).toBe("甲中队");
});

test("a rule of tomorrow does not hold today", () => {
  const soon = rule({ valid_from: "2026-11-25", squad: "Z" });
  expect(squadAt(0.5, null, DAY, soon)).toBe("值班中队");
  expect(squadAt(0.5, null, "2026-11-25", soon)).toBe("直属中队");
});

/** Written by tests/admin/test_demo.py: an area, and what the server said of points in it and around it. */
interface FromServer {
  area: Area;
  day: string;
  points: { lon: number; lat: number; category: string; cell: string | null; near: boolean; squad: string }[];
}
const file = process.env.XUNCHENG_ROUTED_POINTS;

test.skipIf(!file)("says what the server says of each point", () => {
  const { area: mine, day, points }: FromServer = JSON.parse(readFileSync(String(file), "utf8"));
  const own = new Set(mine.cells.map(({ code }) => code));
  const routes = new LocalRoutes(mine);
  const differ = points.filter(({ cell, near, squad, ...point }) => {
    const here = routes.at(point, point.category, day);
    if (cell === null || near || !own.has(cell)) return here !== null;
    return here?.cell !== cell || here.squad.code !== squad;
  });
  expect(differ).toEqual([]);
  console.info(
    `compared ${points.length} points, ${points.filter(({ cell }) => cell && own.has(cell)).length} of them in own cells`,
  );
});
