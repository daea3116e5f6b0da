/** Whether this node alone has lost the database, while others reach it. Kept by the relay; false where there are no others. */
export const reach = { lost: false };
