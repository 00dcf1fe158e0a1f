//! The blocks of one page as they come: which lies in which, and as whose children they were listed.
//!
//! They lie in one list and know each other by place, so that a deep page needs no recursion.

use serde::{Deserialize, Serialize};

use crate::id::Id;
use crate::notion::Block;

use super::inside::id_of;

/// Blocks on their way to being nested.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Tree {
    nodes: Vec<Node>,
    roots: Vec<usize>,
}

/// A block, and where its children are.
#[derive(Debug, Serialize, Deserialize)]
struct Node {
    block: Block,
    children: Vec<usize>,
    parent: Option<usize>,
    /// The block whose children were listed for this one: itself, or the original of a synced copy.
    listed_as: Option<Id>,
}

impl Tree {
    /// Adds a block as the last one in `parent`, or of the page; gives its place.
    pub fn add(&mut self, parent: Option<usize>, block: Block) -> usize {
        let place = self.nodes.len();
        self.nodes.push(Node {
            block,
            children: Vec::new(),
            parent,
            listed_as: None,
        });
        match parent.and_then(|parent| self.nodes.get_mut(parent)) {
            Some(parent) => parent.children.push(place),
            None => self.roots.push(place),
        }
        place
    }

    /// The block at a place.
    pub fn block(&self, place: usize) -> Option<&Block> {
        self.nodes.get(place).map(|node| &node.block)
    }

    /// All blocks, those below others among them.
    pub fn blocks_mut(&mut self) -> impl Iterator<Item = &mut Block> {
        self.nodes.iter_mut().map(|node| &mut node.block)
    }

    /// Puts another block at a place.
    pub fn replace(&mut self, place: usize, block: Block) {
        if let Some(node) = self.nodes.get_mut(place) {
            node.block = block;
        }
    }

    /// Takes a block out of what holds it.
    pub fn remove(&mut self, place: usize) {
        let parent = self.nodes.get(place).and_then(|node| node.parent);
        let siblings = match parent.and_then(|parent| self.nodes.get_mut(parent)) {
            Some(parent) => &mut parent.children,
            None => &mut self.roots,
        };
        siblings.retain(|sibling| *sibling != place);
    }

    /// Notes that the children of the block at `place` are listed as those of `id`.
    pub fn list_as(&mut self, place: usize, id: Option<Id>) {
        if let Some(node) = self.nodes.get_mut(place) {
            node.listed_as = id;
        }
    }

    /// The places of the blocks in a block, or of the page.
    pub fn children_of(&self, place: Option<usize>) -> &[usize] {
        match place {
            Some(place) => self
                .nodes
                .get(place)
                .map(|node| node.children.as_slice())
                .unwrap_or_default(),
            None => &self.roots,
        }
    }

    /// Takes away the children beyond the first `kept`.
    pub fn cut(&mut self, place: Option<usize>, kept: usize) -> Vec<usize> {
        let children = match place {
            Some(place) => match self.nodes.get_mut(place) {
                Some(node) => &mut node.children,
                None => return Vec::new(),
            },
            None => &mut self.roots,
        };
        children.split_off(kept.min(children.len()))
    }

    /// How many places there are.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Lets go of the places from `len` on, which nothing before them holds any more.
    pub fn truncate(&mut self, len: usize) {
        self.nodes.truncate(len);
    }

    /// How many blocks lie above the one at `place`.
    pub fn depth(&self, place: usize) -> usize {
        self.above(place).count()
    }

    /// Whether the children of `original` are being listed somewhere above `place`.
    pub fn is_inside(&self, place: usize, original: Id) -> bool {
        self.above(place)
            .any(|node| node.listed_as == Some(original))
    }

    /// Whether the block at `place` is another page's, shown by a synced copy.
    pub fn is_copied(&self, place: usize) -> bool {
        self.above(place)
            .any(|node| node.listed_as.is_some() && node.listed_as != id_of(&node.block))
    }

    /// All blocks, nested by their children.
    pub fn nest(self) -> Vec<Block> {
        let mut nodes: Vec<Option<Node>> = self.nodes.into_iter().map(Some).collect();
        // A child stands behind its parent, so from the end on every child is whole.
        for place in (0..nodes.len()).rev() {
            let Some(children) = nodes
                .get_mut(place)
                .and_then(Option::as_mut)
                .map(|node| std::mem::take(&mut node.children))
            else {
                continue;
            };
            let blocks = take_blocks(&mut nodes, children);
            if let Some(node) = nodes.get_mut(place).and_then(Option::as_mut)
                && (!blocks.is_empty() || node.listed_as.is_some())
            {
                node.block.children = blocks.into();
            }
        }
        take_blocks(&mut nodes, self.roots)
    }

    fn above(&self, place: usize) -> impl Iterator<Item = &Node> {
        let parent = |node: &Node| self.nodes.get(node.parent?);
        std::iter::successors(self.nodes.get(place).and_then(parent), move |node| {
            parent(node)
        })
    }
}

fn take_blocks(nodes: &mut [Option<Node>], places: Vec<usize>) -> Vec<Block> {
    let taken = places
        .into_iter()
        .filter_map(|place| Some(nodes.get_mut(place)?.take()?.block));
    taken.collect()
}
