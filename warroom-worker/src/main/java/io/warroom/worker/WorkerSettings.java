package io.warroom.worker;

import io.warroom.platform.PlatformSettings;
import io.warroom.platform.Secret;
import io.warroom.topic.Topic;
import io.warroom.worker.intake.IntakeLimits;
import io.warroom.worker.ledger.ParkingLimits;
import io.warroom.worker.opening.ClosingPolicy;
import io.warroom.worker.opening.OpeningTimes;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The worker's own settings, under {@code warroom}. Defaults are here and nowhere else.
 *
 * @param schemaRegistryUrl any Confluent-compatible registry; no default
 * @param topics the topics' names
 * @param sealing the private keys
 * @param platform where platforms may be
 * @param opening how an incident is opened
 * @param parking how long an incident waits that cannot be opened now
 * @param parked how much of one tenant may wait
 * @param closing what becomes of rooms
 * @param intake how much is taken on at once
 */
@ConfigurationProperties("warroom")
record WorkerSettings(
        String schemaRegistryUrl,
        @DefaultValue Topics topics,
        Sealing sealing,
        @DefaultValue Platform platform,
        @DefaultValue Opening opening,
        @DefaultValue Parking parking,
        @DefaultValue Parked parked,
        @DefaultValue Closing closing,
        @DefaultValue Intake intake) {

    /** Calls to platforms at once: declared incidents and what follows them have a window each, and woken ones their own. */
    int mostCalls() {
        return 2 * intake.perWorker() + parking.mostWoken();
    }

    /** @param prefix before every topic's name, may be empty */
    record Topics(@DefaultValue("") String prefix) {}

    /**
     * The keys that open what the config service sealed.
     *
     * @param privateKeyset path of a Tink JSON keyset whose public half the config service seals with, or its JSON, as the
     *     environment may hold it; no default
     */
    record Sealing(Secret privateKeyset) {}

    /**
     * Where platforms may be, and how often they are called.
     *
     * @param allowedBaseUrls base URLs besides the platforms' own regions, each to the letter
     * @param paced whether the platforms' documented rates are kept ahead of their refusals; false for installations with others
     * @param dingtalkCallsPerSecond of a tenant and function, 2 to 10000; DingTalk's standard edition allows 20
     */
    record Platform(
            @DefaultValue List<String> allowedBaseUrls,
            @DefaultValue("true") boolean paced,
            @DefaultValue("20") int dingtalkCallsPerSecond) {
        Platform {
            allowedBaseUrls = List.copyOf(allowedBaseUrls);
            if (dingtalkCallsPerSecond < 2 || dingtalkCallsPerSecond > 10_000) {
                throw new IllegalArgumentException(
                        "warroom.platform.dingtalk-calls-per-second must be from 2 to 10000");
            }
        }

        PlatformSettings calls() {
            var calls = PlatformSettings.defaults().allowing(allowedBaseUrls);
            return paced ? calls.withDingTalkCallsPerSecond(dingtalkCallsPerSecond) : calls.unpaced();
        }
    }

    /**
     * How an incident is opened.
     *
     * @param patience how long an incident is tried at a stretch, before it is parked
     * @param perTenant incidents of one tenant in flight at once, 1 to 10000
     */
    record Opening(
            @DefaultValue("20s") Duration patience,
            @DefaultValue("50") int perTenant) {
        Opening {
            if (patience.isNegative() || patience.isZero()) {
                throw new IllegalArgumentException("warroom.opening.patience must be longer than nothing");
            }
            if (perTenant < 1 || perTenant > 10_000) {
                throw new IllegalArgumentException("warroom.opening.per-tenant must be 1 to 10000");
            }
        }
    }

    /**
     * How long an incident waits that cannot be opened now.
     *
     * @param platformDeadline for a platform that is away or throttles
     * @param peopleDeadline for an administrator who enables an app or changes a rejected key
     * @param mostWoken parked incidents in work at once, 1 to 10000
     */
    record Parking(
            @DefaultValue("10m") Duration platformDeadline,
            @DefaultValue("24h") Duration peopleDeadline,
            @DefaultValue("500") int mostWoken) {
        Parking {
            if (platformDeadline.isNegative() || platformDeadline.isZero()) {
                throw new IllegalArgumentException("warroom.parking.platform-deadline must be longer than nothing");
            }
            if (peopleDeadline.isNegative() || peopleDeadline.isZero()) {
                throw new IllegalArgumentException("warroom.parking.people-deadline must be longer than nothing");
            }
            if (mostWoken < 1 || mostWoken > 10_000) {
                throw new IllegalArgumentException("warroom.parking.most-woken must be 1 to 10000");
            }
        }

        OpeningTimes times(Duration patience) {
            return new OpeningTimes(patience, platformDeadline, peopleDeadline);
        }
    }

    /**
     * How much of one tenant may wait: more of its incidents fail with LIMIT_EXCEEDED.
     *
     * @param maxIncidentsPerTenant 1 to 1000000
     * @param maxBytesPerTenant of their records, from 8 MiB, the largest that one may have, to 16 GiB
     */
    record Parked(
            @DefaultValue("10000") int maxIncidentsPerTenant,
            @DefaultValue("64MB") DataSize maxBytesPerTenant) {
        Parked {
            if (maxIncidentsPerTenant < 1 || maxIncidentsPerTenant > 1_000_000) {
                throw new IllegalArgumentException("warroom.parked.max-incidents-per-tenant must be 1 to 1000000");
            }
            if (maxBytesPerTenant.toBytes() < Topic.LARGEST_RECORD
                    || maxBytesPerTenant.compareTo(DataSize.ofGigabytes(16)) > 0) {
                throw new IllegalArgumentException("warroom.parked.max-bytes-per-tenant must be 8MB to 16GB");
            }
        }

        ParkingLimits limits() {
            return new ParkingLimits(maxIncidentsPerTenant, maxBytesPerTenant.toBytes());
        }
    }

    /** @param rooms what becomes of a room when its incident is resolved */
    record Closing(@DefaultValue("RENAME") ClosingPolicy rooms) {}

    /**
     * How much is taken on at once.
     *
     * @param perWorker incidents in flight in all partitions, 1 to 100000
     * @param perPartition incidents in flight in one partition, 1 to 10000
     * @param stuckAfter what is waited for longer turns health DOWN; longer than the opening's patience
     * @param shutdownGrace how long incidents in flight may still finish when the worker stops
     */
    record Intake(
            @DefaultValue("5000") int perWorker,
            @DefaultValue("1000") int perPartition,
            @DefaultValue("2m") Duration stuckAfter,
            @DefaultValue("10s") Duration shutdownGrace) {
        Intake {
            if (perWorker < 1 || perWorker > 100_000) {
                throw new IllegalArgumentException("warroom.intake.per-worker must be 1 to 100000");
            }
            if (perPartition < 1 || perPartition > 10_000) {
                throw new IllegalArgumentException("warroom.intake.per-partition must be 1 to 10000");
            }
        }

        IntakeLimits limits() {
            return new IntakeLimits(perWorker, perPartition, stuckAfter, shutdownGrace);
        }
    }
}
