package io.warroom.platform;

import java.util.Set;

/**
 * A room on the platform.
 *
 * @param id the platform's id (WeCom chatid, DingTalk open_conversation_id, Lark chat_id)
 * @param name as given to the platform, after its limits
 * @param presentUserIds platform user ids that are known to be in it
 */
public record Room(String id, String name, Set<String> presentUserIds) {
    public Room {
        presentUserIds = Set.copyOf(presentUserIds);
    }
}
