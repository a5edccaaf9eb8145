/** What every route needs: strict JSON bodies, problem details, tenant ids, preconditions. */
@NullMarked
package io.warroom.config.http;

import org.jspecify.annotations.NullMarked;
