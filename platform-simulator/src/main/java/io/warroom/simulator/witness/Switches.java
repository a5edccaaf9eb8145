package io.warroom.simulator.witness;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * What of a tenant's set-up a test may want otherwise, and how what the platforms' pages leave open goes for it.
 *
 * @param limits whether the documented limits and quotas are kept
 * @param settlingSeconds how long a new DingTalk group refuses people and the robot; "a few seconds" by its page
 * @param withheldScopes scopes and permissions that the app was not given (Lark, DingTalk)
 * @param addressAllowed whether the caller's address is on the app's list; the token is given all the same
 * @param rootVisible whether the app's range is the whole organisation (WeCom: else no group chats)
 * @param appState what the organisation's administrator has made of the app
 * @param botOn whether the app's bot ability is on (Lark)
 * @param headcountCap how many people the enterprise may have (WeCom); a fifth of it is how many look-ups may miss in a day
 * @param groupCap how many members the organisation's administrator lets a group have (WeCom, Lark); 0 is the platform's own limit
 * @param foreignChats chatids that another app's groups have (WeCom)
 * @param settled what is not the usual position of its kind
 */
public record Switches(
        boolean limits,
        int settlingSeconds,
        Set<String> withheldScopes,
        boolean addressAllowed,
        boolean rootVisible,
        AppState appState,
        boolean botOn,
        int headcountCap,
        int groupCap,
        Set<String> foreignChats,
        Map<Unsettled, String> settled) {
    public Switches {
        withheldScopes = Set.copyOf(withheldScopes);
        foreignChats = Set.copyOf(foreignChats);
        settled = Map.copyOf(settled);
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

    /** Gives how many members a group may have, where the platform allows so many. */
    public int mostMembers(int platforms) {
        return groupCap == 0 ? platforms : Math.min(groupCap, platforms);
    }

    /** Gives which way it goes on the platform, whose pages leave it open. */
    public String way(Unsettled open, Platform platform) {
        return settled.getOrDefault(open, open.positions(platform).getFirst());
    }

    /** Gives all that can be switched on the platform, by name, as it is now: the set-up, then what is open. */
    public Map<String, Object> on(Platform platform) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("limits", limits);
        all.put("settlingSeconds", settlingSeconds);
        all.put("withheldScopes", withheldScopes);
        all.put("addressAllowed", addressAllowed);
        all.put("rootVisible", rootVisible);
        all.put("appState", appState);
        all.put("botOn", botOn);
        all.put("headcountCap", headcountCap);
        all.put("groupCap", groupCap);
        all.put("foreignChats", foreignChats);
        for (Unsettled open : Unsettled.values()) {
            if (!open.positions(platform).isEmpty()) {
                all.put(open.title(), way(open, platform));
            }
        }
        return all;
    }

    /** Gives what a sound app has. */
    public static Switches defaults() {
        return new Switches(false, 0, Set.of(), true, true, AppState.ENABLED, true, 200, 0, Set.of(), Map.of());
    }
}
