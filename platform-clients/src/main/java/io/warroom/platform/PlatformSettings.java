package io.warroom.platform;

import io.warroom.platform.pace.Pace;
import io.warroom.platform.pace.Rate;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How the clients call the platforms.
 *
 * @param connectTimeout for a connection, and for a free place in the pool
 * @param responseTimeout between two packets of an answer
 * @param callTimeout for a whole call from name to last byte, whatever the packets do; a call that takes longer is lost
 * @param maxResponseBytes an answer beyond it is thrown away
 * @param allowedBaseUrls base URLs an app may name besides the platforms' own, compared exactly
 * @param rates that each tenant's calls of each function keep; a platform that is not named has none
 */
public record PlatformSettings(
        Duration connectTimeout,
        Duration responseTimeout,
        Duration callTimeout,
        int maxConnectionsPerRoute,
        int maxConnections,
        int maxResponseBytes,
        List<String> allowedBaseUrls,
        Map<PlatformKind, List<Rate>> rates) {

    /**
     * What the platforms allow: WeCom a corp and function (document/path/90454), DingTalk's standard edition an app and function
     * (call-frequency-limit), Lark an app, tenant and function (rate-limits).
     */
    private static final Map<PlatformKind, List<Rate>> DOCUMENTED = Map.of(
            PlatformKind.WECOM, List.of(Rate.aMinute(10_000)),
            PlatformKind.DINGTALK, List.of(Rate.aSecond(20)),
            PlatformKind.LARK, List.of(Rate.aSecond(50), Rate.aMinute(1_000)));

    public PlatformSettings {
        allowedBaseUrls = List.copyOf(allowedBaseUrls);
        rates = Map.copyOf(rates);
        if (maxConnectionsPerRoute < 1 || maxConnections < maxConnectionsPerRoute || maxResponseBytes < 1) {
            throw new IllegalArgumentException("pool and answer sizes must be positive, the whole not below the route");
        }
        if (!connectTimeout.isPositive() || !responseTimeout.isPositive() || !callTimeout.isPositive()) {
            throw new IllegalArgumentException("time-outs must be positive");
        }
    }

    /** 3 s to connect, 10 s between packets, 20 s a call, 500 connections a host, 2,000 in all, 1 MB; no other base URLs; the documented rates. */
    public static PlatformSettings defaults() {
        return new PlatformSettings(
                Duration.ofSeconds(3), Duration.ofSeconds(10), Duration.ofSeconds(20), 500, 2_000, 1 << 20, List.of());
    }

    /** The documented rates. */
    public PlatformSettings(
            Duration connectTimeout,
            Duration responseTimeout,
            Duration callTimeout,
            int maxConnectionsPerRoute,
            int maxConnections,
            int maxResponseBytes,
            List<String> allowedBaseUrls) {
        this(
                connectTimeout,
                responseTimeout,
                callTimeout,
                maxConnectionsPerRoute,
                maxConnections,
                maxResponseBytes,
                allowedBaseUrls,
                DOCUMENTED);
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
                baseUrls,
                rates);
    }

    /** The same without rates of ours: the platform's refusals alone slow calls down. */
    public PlatformSettings unpaced() {
        return pacing(Map.of());
    }

    /**
     * The same for DingTalk tenants whose plan allows more.
     *
     * @param calls a second of an app and function, at least 2; 20 to 60 are sold (call-frequency-limit)
     */
    public PlatformSettings withDingTalkCallsPerSecond(int calls) {
        var changed = new HashMap<>(rates);
        changed.put(PlatformKind.DINGTALK, List.of(Rate.aSecond(calls)));
        return pacing(changed);
    }

    private PlatformSettings pacing(Map<PlatformKind, List<Rate>> changed) {
        return new PlatformSettings(
                connectTimeout,
                responseTimeout,
                callTimeout,
                maxConnectionsPerRoute,
                maxConnections,
                maxResponseBytes,
                allowedBaseUrls,
                changed);
    }

    Pace pace(PlatformKind platform) {
        return new Pace(rates.getOrDefault(platform, List.of()));
    }

    /**
     * The same with a pool that no caller waits for. All tenants of a platform share its host: were there fewer connections than
     * callers, those of tenants whose calls hang would keep the others waiting.
     *
     * @param calls at once, at most
     */
    public PlatformSettings forCalls(int calls) {
        return new PlatformSettings(
                connectTimeout, responseTimeout, callTimeout, calls, calls, maxResponseBytes, allowedBaseUrls, rates);
    }
}
