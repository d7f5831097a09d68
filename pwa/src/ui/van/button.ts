// Without the icon font (28 kB): our icons come as slots.
import "vant/es/button/index.css";

export { Button as VanButton } from "vant/es/button";
