//! Runs operations of the store over whatever gets their commands to Redis.

use notion_edge_core::failure::Failure;
use notion_edge_core::redis::{Command, Value};
use notion_edge_core::store::{Error, Operation};

/// A way to Redis.
pub trait Shell {
    /// Sends the commands of one step.
    fn send(&mut self, commands: &[Command]) -> Result<Vec<Value>, Failure>;

    /// Sends one command.
    fn ask(&mut self, command: &Command) -> Result<Value, Failure> {
        Ok(self.send(std::slice::from_ref(command))?.remove(0))
    }
}

/// Runs an operation to its end.
pub fn run<O: Operation>(shell: &mut dyn Shell, mut operation: O) -> Result<O::Output, Error> {
    loop {
        let step = operation.poll();
        // Half of the longest pause is as good as any part of it.
        std::thread::sleep(step.pause / 2);
        if let Some(output) = operation.apply(shell.send(&step.commands))? {
            return Ok(output);
        }
    }
}
