// Mentions: "@" in a note offers the colleagues.

import { draftChanged } from "./drafts.js";
import { Picker } from "./picker.js";

new Picker({ id: "mention", sign: "@", opens: /(^|[\s(])@$/, kinds: ["note"], longest: 40, insert: draftChanged });
