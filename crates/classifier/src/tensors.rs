//! Tensors of a safetensors file, as f32.

use std::fs;
use std::path::PathBuf;

use half::f16;
use half::slice::HalfFloatSliceExt;
use safetensors::{Dtype, SafeTensors};

use crate::error::Error;

/// The bytes of a weights file, from which tensors are read by name.
pub(crate) struct TensorsFile {
    path: PathBuf,
    bytes: Vec<u8>,
}

impl TensorsFile {
    pub(crate) fn read(path: PathBuf) -> Result<Self, Error> {
        let bytes = fs::read(&path).map_err(|source| Error::Read {
            path: path.clone(),
            source,
        })?;
        Ok(Self { path, bytes })
    }

    pub(crate) fn open(&self) -> Result<Tensors<'_>, Error> {
        let tensors = SafeTensors::deserialize(&self.bytes)
            .map_err(|error| self.error(format!("not a safetensors file: {error}")))?;
        Ok(Tensors {
            file: self,
            tensors,
        })
    }

    fn error(&self, message: String) -> Error {
        Error::Weights {
            path: self.path.clone(),
            message,
        }
    }
}

/// The tensors of an open weights file.
pub(crate) struct Tensors<'a> {
    file: &'a TensorsFile,
    tensors: SafeTensors<'a>,
}

impl Tensors<'_> {
    /// Reads a tensor of exactly this shape, row-major, and converts it to f32.
    pub(crate) fn read(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>, Error> {
        Ok(match self.numbers(name, shape)? {
            Numbers::F16(values) => values.to_f32_vec(),
            Numbers::F32(values) => values,
        })
    }

    /// Reads a table of rows, and leaves its numbers as narrow as the file has them.
    pub(crate) fn table(&self, name: &str, rows: usize, width: usize) -> Result<Table, Error> {
        let numbers = self.numbers(name, &[rows, width])?;
        Ok(Table { numbers, width })
    }

    fn numbers(&self, name: &str, shape: &[usize]) -> Result<Numbers, Error> {
        let tensor = self
            .tensors
            .tensor(name)
            .map_err(|_| self.file.error(format!("the tensor {name} is missing")))?;
        if tensor.shape() != shape {
            return Err(self.file.error(format!(
                "the tensor {name} has the shape {:?}, but config.json describes {shape:?}",
                tensor.shape()
            )));
        }
        let (numbers, are_finite) = match tensor.dtype() {
            Dtype::F32 => {
                let bytes = tensor.data().as_chunks().0.iter();
                let values: Vec<f32> = bytes.map(|bytes| f32::from_le_bytes(*bytes)).collect();
                let are_finite = values.iter().all(|value| value.is_finite());
                (Numbers::F32(values), are_finite)
            }
            Dtype::F16 => {
                let bytes = tensor.data().as_chunks().0.iter();
                let values: Vec<f16> = bytes.map(|bytes| f16::from_le_bytes(*bytes)).collect();
                let are_finite = values.iter().all(|value| value.is_finite());
                (Numbers::F16(values), are_finite)
            }
            other => {
                return Err(self.file.error(format!(
                    "the tensor {name} is of type {other:?}, but only F32 and F16 are read"
                )));
            }
        };
        if are_finite {
            Ok(numbers)
        } else {
            Err(self.file.error(format!(
                "the tensor {name} holds values that are not finite numbers"
            )))
        }
    }
}

/// The numbers of a tensor.
enum Numbers {
    F16(Vec<f16>),
    F32(Vec<f32>),
}

/// Rows of numbers, of which few are looked up.
pub(crate) struct Table {
    numbers: Numbers,
    width: usize,
}

impl Table {
    /// Appends a row to `values`, in f32; `None` where there is no such row.
    pub(crate) fn push_row(&self, row: usize, values: &mut Vec<f32>) -> Option<()> {
        let range = row * self.width..(row + 1) * self.width;
        match &self.numbers {
            Numbers::F32(numbers) => values.extend_from_slice(numbers.get(range)?),
            Numbers::F16(numbers) => {
                let numbers = numbers.get(range)?;
                let start = values.len();
                values.resize(start + self.width, 0.0);
                numbers.convert_to_f32_slice(&mut values[start..]);
            }
        }
        Some(())
    }
}
