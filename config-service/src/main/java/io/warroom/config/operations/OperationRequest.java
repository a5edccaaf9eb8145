package io.warroom.config.operations;

import io.warroom.event.IncidentLimits;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was typed.
 *
 * @param tenant to which the command is confined; null for all
 * @param dryRun say what would be done, and do nothing
 * @param force although a config service is running
 * @param confirmed the tenant again, where that is asked for; null when it was not typed
 * @param privateKeyset the workers' private keys; null when none were named
 * @param properties the service's own, as they came
 */
record OperationRequest(
        @Nullable String tenant,
        boolean dryRun,
        boolean force,
        @Nullable String confirmed,
        @Nullable Path privateKeyset,
        List<String> properties) {

    OperationRequest {
        properties = List.copyOf(properties);
    }

    /**
     * Reads the arguments behind the command's name.
     *
     * @throws OperationFailedException naming the flag that is wrong
     */
    static OperationRequest of(String[] arguments) {
        String tenant = null;
        boolean dryRun = false;
        boolean force = false;
        String confirmed = null;
        Path privateKeyset = null;
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
                case "--from-topics", "--to-topics" -> {} // what the command does anyway
                default -> {
                    if (parts.length != 2 || !parts[0].startsWith("--") || !parts[0].contains(".")) {
                        throw new OperationFailedException("unknown: " + parts[0]
                                + ". Flags are --tenant=ID, --dry-run, --force, --confirm=ID and --private=FILE; properties"
                                + " are given as --name.of.property=value.");
                    }
                    properties.add(argument);
                }
            }
        }
        return new OperationRequest(tenant, dryRun, force, confirmed, privateKeyset, properties);
    }

    private static String tenantId(String value) {
        if (!IncidentLimits.isTenantId(value)) {
            throw new OperationFailedException(
                    "--tenant must be 1 to 64 letters, digits, '.', '_' or '-', beginning with a letter or digit");
        }
        return value;
    }
}
