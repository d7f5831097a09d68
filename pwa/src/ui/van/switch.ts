// Without the icon font (28 kB): our icons come as slots.
import "vant/es/switch/index.css";

export { Switch as VanSwitch } from "vant/es/switch";
