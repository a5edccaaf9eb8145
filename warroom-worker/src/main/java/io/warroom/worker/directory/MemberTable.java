package io.warroom.worker.directory;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which platform users people are bound to, by the topic's key {@code tenantId/PLATFORM/personId}. All of a key is in one
 * partition, so the last read is the last said. One thread applies; any number look up.
 */
final class MemberTable {

    private final Map<String, String> userIds = new ConcurrentHashMap<>();

    void bind(String key, String platformUserId) {
        userIds.put(key, platformUserId);
    }

    void unbind(String key) {
        userIds.remove(key);
    }

    Optional<String> find(String key) {
        return Optional.ofNullable(userIds.get(key));
    }

    int size() {
        return userIds.size();
    }
}
