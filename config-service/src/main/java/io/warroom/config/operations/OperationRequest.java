package io.warroom.config.operations;

import io.warroom.event.IncidentLimits;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.convert.DurationStyle;

/**
 * What was typed.
 *
 * @param tenant to which the command is confined; null for all
 * @param dryRun say what would be done, and do nothing
 * @param force although a config service is running
 * @param confirmed the tenant again, where that is asked for; null when it was not typed
 * @param privateKeyset the workers' private keys; null when none were named
 * @param reasons to which the command is confined; empty for all
 * @param step of the worker, to which the command is confined; null for all
 * @param since what is older is left out; null for everything
 * @param properties the service's own, as they came
 */
record OperationRequest(
        @Nullable String tenant,
        boolean dryRun,
        boolean force,
        @Nullable String confirmed,
        @Nullable Path privateKeyset,
        List<String> reasons,
        @Nullable String step,
        @Nullable Instant since,
        List<String> properties) {

    OperationRequest {
        reasons = List.copyOf(reasons);
        properties = List.copyOf(properties);
    }

    /**
     * Reads the arguments behind the command's name.
     *
     * @param now what a duration is counted back from
     * @throws OperationFailedException naming the flag that is wrong
     */
    static OperationRequest of(String[] arguments, Instant now) {
        String tenant = null;
        boolean dryRun = false;
        boolean force = false;
        String confirmed = null;
        Path privateKeyset = null;
        List<String> reasons = List.of();
        String step = null;
        Instant since = null;
        var properties = new ArrayList<String>();
        for (String argument : arguments) {
            var parts = argument.split("=", 2);
            String value = parts.length == 2 ? parts[1] : "";
            switch (parts[0]) {
                case "--tenant" -> tenant = tenantId(value);
                case "--dry-run" -> dryRun = true;
                case "--force" -> force = true;
                case "--confirm" -> confirmed = value;
                case "--private" -> privateKeyset = Path.of(value);
                case "--reason" -> reasons = List.of(required(parts[0], value).split(",", -1));
                case "--step" -> step = required(parts[0], value);
                case "--since" -> since = since(value, now);
                case "--from-topics", "--to-topics" -> {} // what the command does anyway
                default -> {
                    if (parts.length != 2 || !parts[0].startsWith("--") || !parts[0].contains(".")) {
                        throw new OperationFailedException("unknown: " + parts[0]
                                + ". Flags are --tenant=ID, --dry-run, --force, --confirm=ID, --private=FILE,"
                                + " --reason=R[,R], --step=S and --since=DURATION or TIME; properties are given as"
                                + " --name.of.property=value.");
                    }
                    properties.add(argument);
                }
            }
        }
        return new OperationRequest(tenant, dryRun, force, confirmed, privateKeyset, reasons, step, since, properties);
    }

    private static String tenantId(String value) {
        if (!IncidentLimits.isTenantId(value)) {
            throw new OperationFailedException(
                    "--tenant must be 1 to 64 letters, digits, '.', '_' or '-', beginning with a letter or digit");
        }
        return value;
    }

    private static String required(String flag, String value) {
        if (value.isBlank()) {
            throw new OperationFailedException(flag + " needs a value: " + flag + "=...");
        }
        return value;
    }

    private static Instant since(String value, Instant now) {
        try {
            return value.contains("-") ? Instant.parse(value) : now.minus(DurationStyle.detectAndParse(value));
        } catch (DateTimeException | IllegalArgumentException | ArithmeticException _) {
            throw new OperationFailedException(
                    "--since must be a duration, such as 2h or 3d, or a time, such as 2026-10-01T00:00:00Z");
        }
    }
}
