import { beforeAll } from "vitest";
import { loadMoreTexts } from ".";

// Tests speak with all texts, like a person who has been to every screen.
beforeAll(loadMoreTexts);
