package io.warroom.worker.directory;

import static org.assertj.core.api.Assertions.assertThat;

import io.warroom.event.AppDeleted;
import io.warroom.event.AppEnabled;
import io.warroom.event.KeyRotated;
import io.warroom.event.MobileApp;
import io.warroom.event.Platform;
import io.warroom.platform.PlatformKind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AppTableTest {

    /** More than the 10,000 histories that every build must see. */
    private static final int HISTORIES = 20_000;

    private static final List<Platform> PLATFORMS = List.of(Platform.WECOM, Platform.DINGTALK, Platform.LARK);

    @Test
    void anyOrderAnyInterleavingWithDuplicatesAndAfterCompactionGivesTheSameTable() {
        for (int seed = 0; seed < HISTORIES; seed++) {
            var random = new Random(seed);
            List<Object> history = history(random);
            var inOrder = tableOf(history);

            assertThat(tableOf(interleaved(history, random)))
                    .as("seed %d, topics interleaved", seed)
                    .isEqualTo(inOrder);
            assertThat(tableOf(compacted(history, random)))
                    .as("seed %d, topics compacted", seed)
                    .isEqualTo(inOrder);
            var anyhow = new ArrayList<>(history);
            anyhow.addAll(history.subList(0, random.nextInt(history.size())));
            Collections.shuffle(anyhow, random);
            assertThat(tableOf(anyhow))
                    .as("seed %d, any order, duplicates", seed)
                    .isEqualTo(inOrder);
        }
    }

    @Test
    void theActiveAppIsTheEnabledOneWithTheGreatestActivation() {
        var table = new AppTable();
        table.apply(AppState.of(enabled("acme", Platform.WECOM, 1, 1)));
        table.apply(AppState.of(enabled("acme", Platform.LARK, 1, 2)));
        assertThat(table.find("acme", null))
                .hasValueSatisfying(app -> assertThat(app.platform()).isEqualTo(PlatformKind.LARK));

        table.apply(AppState.of(deleted("acme", Platform.LARK, 2)));

        assertThat(table.find("acme", null))
                .hasValueSatisfying(app -> assertThat(app.platform()).isEqualTo(PlatformKind.WECOM));
        assertThat(table.find("acme", PlatformKind.LARK)).isEmpty();
        assertThat(table.find("other", null)).isEmpty();
    }

    @Test
    void anOldEnablingReadAfterTheDeletionDoesNotBringTheAppBack() {
        var table = new AppTable();
        table.apply(AppState.of(deleted("acme", Platform.WECOM, 2)));
        table.apply(AppState.of(enabled("acme", Platform.WECOM, 1, 1)));

        assertThat(table.find("acme", null)).isEmpty();
    }

    @Test
    void aRevisionInMillisecondsReplacesACountedOneForGood() {
        long milliseconds = 1_796_000_000_000L;
        for (var others : List.of(List.<Object>of(), List.<Object>of(enabled("acme", Platform.LARK, 1, 1)))) {
            var table = new AppTable();
            others.forEach(other -> table.apply(AppState.of(other)));
            table.apply(AppState.of(enabled("acme", Platform.WECOM, 7, 2)));
            table.apply(AppState.of(rotated("acme", Platform.WECOM, milliseconds, 2)));
            table.apply(AppState.of(deleted("acme", Platform.WECOM, 8)));

            assertThat(table.find("acme", PlatformKind.WECOM))
                    .hasValueSatisfying(app -> assertThat(app.revision()).isEqualTo(milliseconds));
        }
    }

    private static Map<String, Set<AppState>> tableOf(List<Object> events) {
        var table = new AppTable();
        events.forEach(event -> table.apply(AppState.of(event)));
        return table.snapshot();
    }

    private static List<Object> history(Random random) {
        var history = new ArrayList<Object>();
        var revisions = new HashMap<String, Long>();
        long activation = 0;
        int length = 1 + random.nextInt(15);
        for (int i = 0; i < length; i++) {
            String tenant = "tenant-" + random.nextInt(2);
            Platform platform = PLATFORMS.get(random.nextInt(PLATFORMS.size()));
            long revision = revisions.merge(tenant + platform, 1L, Long::sum);
            history.add(
                    switch (random.nextInt(3)) {
                        case 0 -> enabled(tenant, platform, revision, ++activation);
                        case 1 -> rotated(tenant, platform, revision, activation);
                        default -> deleted(tenant, platform, revision);
                    });
        }
        return history;
    }

    /** Each topic in its own order, the three of them mixed. */
    private static List<Object> interleaved(List<Object> history, Random random) {
        var topics = new ArrayList<List<Object>>();
        for (Class<?> topic : List.of(AppEnabled.class, KeyRotated.class, AppDeleted.class)) {
            topics.add(
                    new ArrayList<>(history.stream().filter(topic::isInstance).toList()));
        }
        var mixed = new ArrayList<Object>();
        topics.removeIf(List::isEmpty);
        while (!topics.isEmpty()) {
            var topic = topics.get(random.nextInt(topics.size()));
            mixed.add(topic.removeFirst());
            topics.removeIf(List::isEmpty);
        }
        return mixed;
    }

    /** Of each topic and key the last record; a deletion's tombstones take earlier enablings and rotations away, too. */
    private static List<Object> compacted(List<Object> history, Random random) {
        var last = new HashMap<String, Object>();
        for (Object event : history) {
            var state = AppState.of(event);
            String key = state.tenantId() + "/" + state.platform();
            if (event instanceof AppDeleted) {
                last.remove(AppEnabled.class + key);
                last.remove(KeyRotated.class + key);
            }
            last.put(event.getClass() + key, event);
        }
        var left = new ArrayList<>(last.values());
        Collections.shuffle(left, random);
        return left;
    }

    private static AppEnabled enabled(String tenant, Platform platform, long revision, long activation) {
        return new AppEnabled("e", tenant, platform, revision, activation, Instant.EPOCH, app(revision));
    }

    private static KeyRotated rotated(String tenant, Platform platform, long revision, long activation) {
        return new KeyRotated("e", tenant, platform, revision, activation, Instant.EPOCH, app(revision));
    }

    private static AppDeleted deleted(String tenant, Platform platform, long revision) {
        return new AppDeleted("e", tenant, platform, revision, Instant.EPOCH);
    }

    private static MobileApp app(long revision) {
        return new MobileApp("id", "1", null, null, "WECOM", "owner-" + revision, List.of());
    }
}
