package io.warroom.platform;

import java.util.List;

/**
 * The room that an incident needs. Equal incidents give equal plans, so that a repeated create carries the same key and body.
 *
 * @param key at most 32 characters of {@code 0-9a-z}: a pure function of tenant, incident and generation (WeCom chatid,
 *     DingTalk and Lark uuid)
 * @param marker a short text that identifies tenant and incident to a person who reads it in the room's description
 * @param name wished room name; the client cuts it to the platform's limit without breaking a character
 * @param ownerUserId platform user id of the wished owner; always in {@code users}
 * @param users distinct, owner first; at least one
 */
public record RoomPlan(String key, String marker, String name, String ownerUserId, List<RoomUser> users) {
    public RoomPlan {
        users = List.copyOf(users);
        if (!key.matches("[0-9a-z]{1,32}")) {
            throw new IllegalArgumentException("a room key is 1 to 32 characters of 0-9a-z");
        }
        if (users.isEmpty()) {
            throw new IllegalArgumentException("a room needs people");
        }
    }
}
