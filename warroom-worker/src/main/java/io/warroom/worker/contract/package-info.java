/** What several features need to turn the contract's events into the domain's words and back. */
@NullMarked
package io.warroom.worker.contract;

import org.jspecify.annotations.NullMarked;
