package io.warroom.platform;

import java.time.Duration;
import java.util.List;

/**
 * How the clients call the platforms.
 *
 * @param connectTimeout for a connection, and for a free place in the pool
 * @param responseTimeout between two packets of an answer
 * @param callTimeout for a whole call from name to last byte, whatever the packets do; a call that takes longer is lost
 * @param maxResponseBytes an answer beyond it is thrown away
 * @param allowedBaseUrls base URLs an app may name besides the platforms' own, compared exactly
 */
public record PlatformSettings(
        Duration connectTimeout,
        Duration responseTimeout,
        Duration callTimeout,
        int maxConnectionsPerRoute,
        int maxConnections,
        int maxResponseBytes,
        List<String> allowedBaseUrls) {
    public PlatformSettings {
        allowedBaseUrls = List.copyOf(allowedBaseUrls);
        if (maxConnectionsPerRoute < 1 || maxConnections < maxConnectionsPerRoute || maxResponseBytes < 1) {
            throw new IllegalArgumentException("pool and answer sizes must be positive, the whole not below the route");
        }
        if (!connectTimeout.isPositive() || !responseTimeout.isPositive() || !callTimeout.isPositive()) {
            throw new IllegalArgumentException("time-outs must be positive");
        }
    }

    /** 3 s to connect, 10 s between packets, 20 s a call, 500 connections a host, 2,000 in all, 1 MB; no other base URLs. */
    public static PlatformSettings defaults() {
        return new PlatformSettings(
                Duration.ofSeconds(3), Duration.ofSeconds(10), Duration.ofSeconds(20), 500, 2_000, 1 << 20, List.of());
    }

    /** The same with these base URLs allowed. */
    public PlatformSettings allowing(List<String> baseUrls) {
        return new PlatformSettings(
                connectTimeout,
                responseTimeout,
                callTimeout,
                maxConnectionsPerRoute,
                maxConnections,
                maxResponseBytes,
                baseUrls);
    }

    /**
     * The same with a pool that no caller waits for. All tenants of a platform share its host: were there fewer connections than
     * callers, those of tenants whose calls hang would keep the others waiting.
     *
     * @param calls at once, at most
     */
    public PlatformSettings forCalls(int calls) {
        return new PlatformSettings(
                connectTimeout, responseTimeout, callTimeout, calls, calls, maxResponseBytes, allowedBaseUrls);
    }
}
