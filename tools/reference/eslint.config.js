import { packageRules } from "../../eslint.shared.js";

export default packageRules();
