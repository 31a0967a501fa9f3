// Standard input, output and error of the process. Standard output holds results: where they cannot be written, the
// command has failed.
#pragma once

namespace bnlab {

// Before anything is opened. A standard stream that was closed is opened so that using it fails; otherwise the first
// file that is written would take its place and get its text. A file that grows beyond a limit (ulimit -f) is an error
// from here on, not a signal that ends the program.
void prepare_standard_streams();

// What was printed reaches its reader now. A failure is remembered for expect_output_written().
void flush_output();

// Error: something that was printed could not be written, and the system's reason.
void expect_output_written();

}  // namespace bnlab
