package io.warroom.simulator.witness;

/** Behaviours the platforms' pages leave open, one choice each. */
public record Switches(RepeatedUuid repeatedUuid, int unknownChat, int unknownMember, ExistingMember existingMember) {
    /** What a repeated create with the same uuid comes to; the in-progress answer is Lark's alone. */
    public enum RepeatedUuid {
        SAME_ID,
        ERROR,
        NEW_ROOM,
        IN_PROGRESS_232068
    }

    /** What adding somebody who is in already comes to. */
    public enum ExistingMember {
        OK,
        ERROR
    }

    /** Gives the plausible behaviours. */
    public static Switches defaults() {
        return new Switches(RepeatedUuid.SAME_ID, 86001, 86216, ExistingMember.OK);
    }
}
