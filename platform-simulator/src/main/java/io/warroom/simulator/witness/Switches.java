package io.warroom.simulator.witness;

import java.util.Set;

/**
 * Behaviours the platforms' pages leave open, one choice each, and what of a tenant's set-up a test may want otherwise.
 *
 * @param unknownChat WeCom's code for a chat that is not there: 86001, 86003 or 40050
 * @param unknownMember WeCom's code for an id in a list that is not in the contacts: 86216, 86007, 40031 or 60111
 * @param invisibleMember WeCom's code for one outside the app's visible range: 60011, 60021 or one of the above
 * @param unknownPerson WeCom's code for a mobile or e-mail that nobody has: 46004 or 60111
 * @param expiredToken WeCom's code for a token that is over: 42001, or 40014, which has been seen for it, too
 * @param settlingSeconds how long a new DingTalk group refuses people and the robot
 * @param limits whether the documented limits and quotas are kept
 * @param withheldScopes scopes and permissions that the app was not given (Lark, DingTalk)
 * @param addressAllowed whether the caller's address is on the app's list; the token is given all the same
 * @param rootVisible whether the app's range is the whole organisation (WeCom: else no group chats)
 * @param appState what the organisation's administrator has made of the app
 * @param unknownAgent DingTalk's code for a notification in the name of another agent: 40056, 41011, 70003 or 70004
 * @param headcountCap how many people the enterprise may have (WeCom); a fifth of it is how many look-ups may miss in a day
 * @param wrongSecret what Lark answers to the secret of another time
 * @param foreignChats chatids that another app's groups have (WeCom)
 * @param dissolvedChat what a create with the chatid of a group comes to that people have dissolved (WeCom)
 */
public record Switches(
        RepeatedUuid repeatedUuid,
        int unknownChat,
        int unknownMember,
        int invisibleMember,
        int unknownPerson,
        int expiredToken,
        ExistingMember existingMember,
        BadMember badMember,
        int settlingSeconds,
        boolean limits,
        Set<String> withheldScopes,
        boolean addressAllowed,
        boolean rootVisible,
        AppState appState,
        int headcountCap,
        int unknownAgent,
        WrongSecret wrongSecret,
        Set<String> foreignChats,
        DissolvedChat dissolvedChat) {
    public Switches {
        withheldScopes = Set.copyOf(withheldScopes);
        foreignChats = Set.copyOf(foreignChats);
    }

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

    /**
     * What an unusable id in a list comes to on DingTalk and Lark: the platform's own code for people, its general one (Lark: the
     * id does not exist, whatever succeed_type says), or the others are taken without a word (DingTalk).
     */
    public enum BadMember {
        REFUSED,
        REFUSED_AS_PARAMETER,
        SKIPPED
    }

    /** The generic list says 10015, live answers said 10014, and the status was not established (server-error-codes). */
    public enum WrongSecret {
        CODE_10014_IN_200(10014, 200),
        CODE_10014_IN_400(10014, 400),
        CODE_10015_IN_200(10015, 200),
        CODE_10015_IN_400(10015, 400);

        /** In the body. */
        public final int code;

        /** HTTP's. */
        public final int status;

        WrongSecret(int code, int status) {
            this.code = code;
            this.status = status;
        }
    }

    /** Whether the id of a group that is no more can be had again. */
    public enum DissolvedChat {
        TAKEN,
        FREE
    }

    /** The states of an app; WeCom and DingTalk know enabled and disabled alone. The number is Lark's activate_status (bot/v3/info). */
    public enum AppState {
        NOT_INSTALLED(0),
        DISABLED(1),
        ENABLED(2),
        NOT_ENABLED(3),
        UPGRADE_PENDING(4),
        LICENCE_EXPIRED(5),
        PLAN_LAPSED(6);

        /** Lark's number for it. */
        public final int activateStatus;

        AppState(int activateStatus) {
            this.activateStatus = activateStatus;
        }

        /** Says whether the app can be used. */
        public boolean usable() {
            return this == ENABLED || this == UPGRADE_PENDING;
        }
    }

    /** Gives the plausible behaviours. */
    public static Switches defaults() {
        return new Switches(
                RepeatedUuid.SAME_ID,
                86001,
                86216,
                60011,
                46004,
                42001,
                ExistingMember.OK,
                BadMember.REFUSED,
                0,
                false,
                Set.of(),
                true,
                true,
                AppState.ENABLED,
                200,
                40056,
                WrongSecret.CODE_10014_IN_200,
                Set.of(),
                DissolvedChat.TAKEN);
    }
}
