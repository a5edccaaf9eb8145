package io.warroom.config.operations;

import io.warroom.config.app.AppImage;
import io.warroom.config.app.AppImages;
import io.warroom.config.app.AppResealing;
import io.warroom.config.sealing.Resealer;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.function.Function;
import org.jdbi.v3.core.Jdbi;

/**
 * Seals every secret with the newest key, so that older ones can be taken out of the workers' keyset. Needs the private
 * keyset, so it is run where a worker is; the service may run meanwhile.
 */
final class Reseal implements Operation {

    private final Jdbi jdbi;
    private final OutboxDraining draining;
    private final Function<Path, Resealer> resealers;
    private final Function<Resealer, AppResealing> resealings;

    /**
     * Reads nothing yet.
     *
     * @param resealers reads a private keyset
     */
    Reseal(
            Jdbi jdbi,
            OutboxDraining draining,
            Function<Path, Resealer> resealers,
            Function<Resealer, AppResealing> resealings) {
        this.jdbi = jdbi;
        this.draining = draining;
        this.resealers = resealers;
        this.resealings = resealings;
    }

    @Override
    public void run(OperationRequest request, PrintStream out) throws InterruptedException {
        var keyset = request.privateKeyset();
        if (keyset == null) {
            throw new OperationFailedException("--private=FILE is missing: the workers' private keyset");
        }
        var resealer = resealers.apply(keyset);
        var resealing = resealings.apply(resealer);
        var report = new Report(out);
        out.println("Sealing anew" + (request.dryRun() ? " (dry run)" : ""));
        for (var app : jdbi.withHandle(handle -> new AppImages().read(handle, request.tenant()))) {
            if (request.dryRun()) {
                if (isOlder(app, resealer)) {
                    report.line("resealed", app.key());
                } else {
                    report.same();
                }
                continue;
            }
            try {
                long revision = resealing.reseal(app.tenantId(), app.platform());
                if (revision == 0) {
                    report.same();
                } else {
                    report.line("resealed", app.key() + " at revision " + revision);
                }
            } catch (IllegalStateException e) {
                report.line("failed", app.key() + ": " + e.getMessage());
            }
        }
        if (!request.dryRun()) {
            draining.run(out);
        }
        out.println((request.dryRun() ? "Would be: " : "Done: ") + report.summary());
        if (report.count("failed") > 0) {
            throw new OperationFailedException(
                    report.count("failed") + " apps could not be sealed anew; keep the older keys.");
        }
    }

    private static boolean isOlder(AppImage app, Resealer resealer) {
        var state = app.app();
        return state != null && state.getSecrets().stream().anyMatch(secret -> !resealer.isNewest(secret));
    }
}
