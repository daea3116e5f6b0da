import { sharedNode } from "../harness/node.ts";
import { describeConversation } from "./conversation.ts";

describeConversation("a conversation of three people", sharedNode);
