// What every adapter of Sql must do. Runs inside of workerd; each case has a table of its own.

import { statementCases } from "./statements.ts";
import { valueCases } from "./values.ts";

export const sqlCases = { ...valueCases, ...statementCases };
