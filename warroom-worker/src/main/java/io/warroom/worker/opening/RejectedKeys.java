package io.warroom.worker.opening;

import io.warroom.platform.PlatformKind;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keys that a platform has rejected, by app and revision. They are never tried again: WeCom blocks the caller's address for
 * an hour after many wrong secrets, which would take every tenant down. Thread-safe.
 */
final class RejectedKeys {

    private record Rejection(long revision, String words) {}

    private final Map<AppId, Rejection> rejections = new ConcurrentHashMap<>();

    /** An older revision than the one known is passed over. */
    void add(String tenantId, PlatformKind platform, long revision, String words) {
        rejections.merge(
                new AppId(tenantId, platform),
                new Rejection(revision, words),
                (known, added) -> added.revision() > known.revision() ? added : known);
    }

    /** Why this revision's key must not be tried; empty when it may be. */
    Optional<String> find(String tenantId, PlatformKind platform, long revision) {
        return Optional.ofNullable(rejections.get(new AppId(tenantId, platform)))
                .filter(known -> known.revision() == revision)
                .map(Rejection::words);
    }

    /** This revision works. @return whether an older one was rejected */
    boolean forget(String tenantId, PlatformKind platform, long revision) {
        var forgotten = new boolean[1];
        rejections.computeIfPresent(new AppId(tenantId, platform), (app, known) -> {
            forgotten[0] = known.revision() < revision;
            return forgotten[0] ? null : known;
        });
        return forgotten[0];
    }
}
