package io.warroom.config.operations;

import io.warroom.config.app.AppImage;
import io.warroom.config.app.AppImages;
import io.warroom.config.member.BindingImage;
import io.warroom.config.member.BindingImages;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.common.serialization.Deserializer;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * Restores the database from the topics: apps, with their sealed secrets, and bindings. What the database has and the topics
 * do not, or have older, stays as it is. War rooms and app health are read anew by the service itself.
 */
final class Rebuild implements Operation {

    private final Jdbi jdbi;
    private final TopicReading topics;
    private final Deserializer<?> decoder;
    private final ReadModels readModels;
    private final AppImages apps = new AppImages();
    private final BindingImages bindings = new BindingImages();

    Rebuild(Jdbi jdbi, TopicReading topics, Deserializer<?> decoder, ReadModels readModels) {
        this.jdbi = jdbi;
        this.topics = topics;
        this.decoder = decoder;
        this.readModels = readModels;
    }

    @Override
    public void run(OperationRequest request, PrintStream out) {
        out.println("Reading the topics");
        var told = ConfigurationImage.read(topics, decoder, request.tenant(), out);
        try (var session = jdbi.open();
                var _ = LiveService.required(session, request.force())) {
            out.println("Topics to database" + (request.dryRun() ? " (dry run)" : ""));
            var report = new Report(out);
            session.useTransaction(handle -> {
                restore(handle, told, request, report);
                if (request.dryRun()) {
                    handle.rollback();
                }
            });
            if (request.tenant() == null) {
                readModels.readAnew(session, request.dryRun(), report);
            }
            out.println((request.dryRun() ? "Would be: " : "Done: ") + report.summary());
            if (report.count("conflict") > 0) {
                throw new OperationFailedException(report.count("conflict")
                        + " differ at the same revision and were left as they are: this database and these topics are not of"
                        + " one deployment, or one of them was changed by hand.");
            }
        }
    }

    private void restore(Handle handle, ConfigurationImage told, OperationRequest request, Report report) {
        var toWrite = new ArrayList<AppImage>();
        var stored = byKey(apps.read(handle, request.tenant()), AppImage::key);
        told.apps().forEach((key, app) -> {
            var before = stored.remove(key);
            if (compare(key, before == null ? 0 : before.revision(), app.revision(), app.equals(before), report)) {
                toWrite.add(app);
            }
        });
        stored.keySet().forEach(key -> report.line("kept", key + ": the topics do not know it"));
        toWrite.forEach(app -> apps.write(handle, app));

        var bindingsToWrite = new ArrayList<BindingImage>();
        var bound = byKey(bindings.read(handle, request.tenant()), BindingImage::key);
        told.bindings().forEach((key, binding) -> {
            var before = bound.remove(key);
            if (compare(
                    key, before == null ? 0 : before.revision(), binding.revision(), binding.equals(before), report)) {
                bindingsToWrite.add(binding);
            }
        });
        bound.values().stream()
                .filter(BindingImage::bound)
                .forEach(binding -> report.line("kept", binding.key() + ": the topic does not know it"));
        bindingsToWrite.forEach(binding -> bindings.write(handle, binding));
    }

    /** @return whether the database is to become what the topics say */
    private static boolean compare(String key, long stored, long told, boolean equal, Report report) {
        if (equal) {
            report.same();
        } else if (stored == 0) {
            report.line("restored", key + " at revision " + told);
            return true;
        } else if (stored < told) {
            report.line("updated", key + " from revision " + stored + " to " + told);
            return true;
        } else if (stored > told) {
            report.line("kept", key + " at revision " + stored + ": the topics are at " + told);
        } else {
            report.line("conflict", key + " differs at revision " + stored);
        }
        return false;
    }

    private static <T> java.util.SortedMap<String, T> byKey(List<T> images, Function<T, String> key) {
        return images.stream()
                .collect(Collectors.toMap(key, Function.identity(), (one, other) -> other, java.util.TreeMap::new));
    }
}
