// Without the icon font (28 kB): our icons come as slots.
import "vant/es/cell/index.css";
import "vant/es/field/index.css";
import "vant/es/search/index.css";

export { Search as VanSearch } from "vant/es/search";
