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
        let values: Vec<f32> = match tensor.dtype() {
            Dtype::F32 => tensor
                .data()
                .chunks_exact(4)
                .map(|bytes| f32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
                .collect(),
            Dtype::F16 => tensor
                .data()
                .chunks_exact(2)
                .map(|bytes| f16::from_le_bytes([bytes[0], bytes[1]]))
                .collect::<Vec<_>>()
                .to_f32_vec(),
            other => {
                return Err(self.file.error(format!(
                    "the tensor {name} is of type {other:?}, but only F32 and F16 are read"
                )));
            }
        };
        if values.iter().all(|value| value.is_finite()) {
            Ok(values)
        } else {
            Err(self.file.error(format!(
                "the tensor {name} holds values that are not finite numbers"
            )))
        }
    }
}
