package io.warroom.config.operations;

import io.warroom.config.app.AppImage;
import io.warroom.config.app.AppImages;
import io.warroom.config.member.BindingImage;
import io.warroom.config.member.BindingImages;
import io.warroom.config.outbox.Outbox;
import io.warroom.config.outbox.OutboxEvent;
import io.warroom.event.AppDeleted;
import io.warroom.event.AppEnabled;
import io.warroom.event.MemberBound;
import io.warroom.topic.Topic;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.apache.kafka.common.serialization.Deserializer;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * Says on the topics what the database has and they have not, or have older: an app's whole state as app-enabled or
 * app-deleted, a binding as member-bound or its tombstone. Goes through the outbox, as every change does.
 */
final class Republish implements Operation {

    private final Jdbi jdbi;
    private final Outbox outbox;
    private final OutboxDraining draining;
    private final TopicReading topics;
    private final Deserializer<?> decoder;
    private final AppImages apps = new AppImages();
    private final BindingImages bindings = new BindingImages();

    Republish(Jdbi jdbi, Outbox outbox, OutboxDraining draining, TopicReading topics, Deserializer<?> decoder) {
        this.jdbi = jdbi;
        this.outbox = outbox;
        this.draining = draining;
        this.topics = topics;
        this.decoder = decoder;
    }

    @Override
    public void run(OperationRequest request, PrintStream out) throws InterruptedException {
        LiveService.requireNone(jdbi, request.force());
        if (!request.dryRun()) {
            draining.run(out); // what waits there is newer than what the topics say
        }
        out.println("Reading the topics");
        var told = ConfigurationImage.read(topics, decoder, request.tenant(), out);
        out.println("Database to topics" + (request.dryRun() ? " (dry run)" : ""));
        var report = new Report(out);
        jdbi.useTransaction(handle -> {
            publish(handle, told, request.tenant(), report);
            if (request.dryRun()) {
                handle.rollback();
            }
        });
        if (!request.dryRun()) {
            draining.run(out);
        }
        out.println((request.dryRun() ? "Would be: " : "Done: ") + report.summary());
        if (report.count("conflict") > 0) {
            throw new OperationFailedException(report.count("conflict")
                    + " are newer on the topics, or differ at the same revision, and were left as they are: run rebuild"
                    + " --from-topics first, or see whose topics these are.");
        }
    }

    private void publish(Handle handle, ConfigurationImage told, @Nullable String tenant, Report report) {
        for (var app : apps.read(handle, tenant)) {
            var before = told.apps().get(app.key());
            if (isToBeSaid(
                    app.key(), app.revision(), before == null ? 0 : before.revision(), app.equals(before), report)) {
                say(handle, app);
            }
        }
        for (var binding : bindings.read(handle, tenant)) {
            var before = told.bindings().get(binding.key());
            if (!binding.bound() && before == null) {
                report.same();
            } else if (isToBeSaid(
                    binding.key(),
                    binding.revision(),
                    before == null ? 0 : before.revision(),
                    binding.equals(before),
                    report)) {
                say(handle, binding);
            }
        }
    }

    private static boolean isToBeSaid(String key, long stored, long told, boolean equal, Report report) {
        if (equal) {
            report.same();
        } else if (told < stored) {
            report.line(
                    "published", key + " at revision " + stored + (told == 0 ? "" : ", the topics were at " + told));
            return true;
        } else {
            report.line("conflict", key + " at revision " + stored + ", the topics are at " + told);
        }
        return false;
    }

    private void say(Handle handle, AppImage image) {
        var app = image.app();
        if (app != null) {
            var event = event(image, Topic.APP_ENABLED);
            outbox.append(
                    handle,
                    event.carrying(new AppEnabled(
                            event.eventId(),
                            image.tenantId(),
                            image.platform(),
                            image.revision(),
                            image.activation(),
                            image.changedAt(),
                            app)));
            return;
        }
        var event = event(image, Topic.APP_DELETED);
        outbox.append(
                handle,
                event.carrying(new AppDeleted(
                        event.eventId(), image.tenantId(), image.platform(), image.revision(), image.changedAt())));
        outbox.append(handle, event(image, Topic.APP_ENABLED));
        outbox.append(handle, event(image, Topic.KEY_ROTATED));
    }

    private static OutboxEvent event(AppImage image, Topic topic) {
        return OutboxEvent.tombstone(
                "mobile_app",
                image.key(),
                topic,
                eventId(topic, image.key(), image.revision()),
                image.revision(),
                image.changedAt());
    }

    private void say(Handle handle, BindingImage image) {
        var id = eventId(Topic.MEMBER_BOUND, image.key(), image.revision());
        var event = OutboxEvent.tombstone(
                "member_binding", image.key(), Topic.MEMBER_BOUND, id, image.revision(), image.changedAt());
        outbox.append(
                handle,
                image.bound()
                        ? event.carrying(new MemberBound(
                                id,
                                image.tenantId(),
                                image.platform(),
                                image.personId(),
                                image.platformUserId(),
                                image.revision(),
                                image.changedAt()))
                        : event);
    }

    /** The same each time, so that whoever drops repeats by their id drops this one's. */
    private static String eventId(Topic topic, String key, long revision) {
        var name = "republished/" + topic.name("") + "/" + key + "/" + revision;
        return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString();
    }
}
