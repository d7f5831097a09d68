// Without the icon font (28 kB): our icons come as slots.
import "vant/es/cell/index.css";
import "vant/es/field/index.css";

export { Field as VanField } from "vant/es/field";
